// Drift: what a stack made is gone, or is no longer as the stack left it. Nested stacks have their own looks.
import { isDeepStrictEqual } from 'node:util'

import { concurrencyOf } from '../data/functions.ts'
import { configOf } from '../data/health.ts'
import { logicalIdTag, record, text } from '../existing.ts'
import type { Cloud, Resource, Stack, StackResource } from '../state.ts'
import type { Handler } from '../tasks.ts'

/** What calls of its service changed beside the properties. */
function isBent(one: Resource): boolean {
  if (one.type === 'AWS::Lambda::Function') {
    const reserved = one.properties.ReservedConcurrentExecutions
    return concurrencyOf(one) !== (reserved === undefined ? undefined : Number(reserved))
  }
  if (one.type === 'AWS::Route53::HealthCheck') {
    const given = text(record(one.properties.HealthCheckConfig).Inverted) || 'false'
    return (text(configOf(one).Inverted) || 'false') !== given
  }
  return false
}

function isDrifted(cloud: Cloud, stack: Stack, { logicalId, type, properties }: StackResource): boolean {
  if (type === 'AWS::CloudFormation::Stack') return false
  const now = Object.values(cloud.resources).find(
    (one) => one.stackId === stack.id && one.type === type && one.tags[logicalIdTag] === logicalId,
  )
  return now === undefined || !isDeepStrictEqual(now.properties, properties) || isBent(now)
}

/** Ends a look for drift: what it found counts from when it began. */
export const driftTasks: Record<string, Handler> = {
  'stack.drift': ({ stack: id }, { cloud }) => {
    const stack = cloud.stacks[text(id)]
    if (!stack?.detection) return
    const drifted = Object.values(stack.resources).filter((one) => isDrifted(cloud, stack, one)).length
    const { begun } = stack.detection
    stack.drift = { status: drifted > 0 ? 'DRIFTED' : 'IN_SYNC', at: begun, drifted }
    stack.detection.ended = true
  },
}
