// One step of a nested stack: a stack of its own whose walk its parent waits for.
import { isDeepStrictEqual } from 'node:util'

import type { Value } from '../../lib/core/model.ts'
import { asText } from '../../lib/templates/intrinsics.ts'
import type { Properties } from '../resources/kind.ts'
import { generatedName } from '../identifiers.ts'
import { passProblem } from '../policies.ts'
import { stackProblem } from '../rights/handlers.ts'
import type { Cloud, Stack, StackResource } from '../state.ts'
import { schedule } from '../tasks.ts'
import { beginClean, beginDelete, beginRevert, beginUpdate, createStack } from './begin.ts'
import { evaluated } from './evaluated.ts'
import { childOf, sayOf } from './events.ts'
import { noticeOverhead, seconds } from './pace.ts'
import { embedded, reasonOf } from './reasons.ts'
import { actorOf, isGone } from './record.ts'
import { end, type Turn } from './resource.ts'
import { bodyOf, fetchTemplate, invalid } from './template.ts'
import { checkCapabilities, checkTemplate, parameterValues } from './validate.ts'
import { definitionOf, isSettled, workOf, type Definition } from './work.ts'

/** Starts the step of a nested stack. Says whether it is done already. */
export function startNested(turn: Turn): boolean {
  const { moment, stack, step, work } = turn
  const resource = step.leftover ?? stack.resources[step.logicalId]
  if (step.verb === 'DELETE' && resource) return startDelete(turn, resource)
  const child = resource && childOf(moment.cloud, resource)
  if (work.phase === 'clean' || work.phase === 'revert-clean') return !child || !startClean(moment.cloud, child)
  if (work.phase === 'revert') return !child || !resource || startRevert(turn, resource, child)
  if (child && resource) startUpdate(turn, resource, child)
  else startCreate(turn)
  return false
}

/** Why the role that works on a stack may not do that with a nested one, or may not pass itself on; undefined: it may. */
function problemOf(
  cloud: Cloud,
  stack: Stack,
  call: 'CreateStack' | 'UpdateStack' | 'DeleteStack',
  name: string,
  url?: Value,
): string | undefined {
  const { roleArn } = stack.rootId === undefined ? stack : (cloud.stacks[stack.rootId] ?? stack)
  const actor = actorOf(cloud, stack)
  const passing = roleArn && actor ? passProblem(cloud, actor, roleArn) : undefined
  return passing ?? stackProblem(cloud, actor, call, { region: stack.region, name }, asText(url ?? ''))
}

/** As `problemOf`; throws. */
function requireCall(...of: Parameters<typeof problemOf>): void {
  const problem = problemOf(...of)
  if (problem) throw invalid(problem)
}

/** Tells the parent that a nested stack has come to an end, or the stack set that a root has. */
export function tell(cloud: Cloud, stack: Stack, reason?: string): void {
  const parent = stack.parentId === undefined ? undefined : cloud.stacks[stack.parentId]
  if (!parent) return schedule(cloud, cloud.now, 'stack.ended', { stack: stack.id })
  const work = workOf(parent)
  const isMine = ({ physicalId }: StackResource): boolean => physicalId === stack.id
  const waiting = Object.entries(work?.steps ?? {}).find(([, step]) => {
    const resource = step.leftover ?? parent.resources[step.logicalId]
    return step.state === 'running' && resource !== undefined && isMine(resource)
  })
  if (!work || !waiting) return
  const outcome: Record<string, Value> = reason === undefined ? {} : { reason }
  const at = cloud.now + noticeOverhead
  schedule(cloud, at, 'stack.step', { stack: parent.id, work: work.serial, key: waiting[0], ...outcome })
}

/** The template and parameters that the parent's properties ask for. Throws what AWS would refuse. */
function wanted({ moment, stack }: Turn, properties: Properties): Definition {
  const url = properties['TemplateURL']
  if (typeof url !== 'string') throw invalid('TemplateURL must be a supported URL.')
  const template = fetchTemplate(moment.cloud, stack.region, url)
  const body = bodyOf(template)
  checkTemplate(body, stack.region)
  checkCapabilities(body, stack.capabilities)
  const given = Object.entries((properties['Parameters'] ?? {}) as Record<string, Value>)
  const parameters = parameterValues(
    body,
    given.map(([ParameterKey, value]) => ({ ParameterKey, ParameterValue: parameterText(value) })),
  )
  return { template, parameters, tags: stack.tags, capabilities: stack.capabilities }
}

/** A parameter as text; lists are joined, and anything deeper is refused. */
const parameterText = (value: Value): string =>
  [value]
    .flat()
    .map((item) => {
      const text = asText(item)
      if (text !== undefined) return text
      throw invalid('Value of property Parameters must be an object with String (or simple type) properties')
    })
    .join(',')

function startCreate(turn: Turn): void {
  const { moment, stack, step, work, key } = turn
  const { cloud } = moment
  const type = 'AWS::CloudFormation::Stack'
  const base = { logicalId: step.logicalId, physicalId: '', type, at: 0, status: '' }
  const resource: StackResource = { ...base, properties: {}, attributes: {} }
  stack.resources[step.logicalId] = resource
  sayOf(cloud, stack, resource, 'CREATE_IN_PROGRESS')
  try {
    const properties = evaluated(stack).properties(step.logicalId)
    const around = { cloud, region: stack.region, stack, logicalId: step.logicalId, tags: stack.tags }
    const name = generatedName(around, 128)
    requireCall(cloud, stack, 'CreateStack', name, properties['TemplateURL'])
    const definition = wanted(turn, properties)
    const kinship = { parentId: stack.id, rootId: stack.rootId ?? stack.id }
    const child = createStack(cloud, {
      name,
      region: stack.region,
      ...kinship,
      ...definition,
    })
    Object.assign(resource, { physicalId: child.id, properties })
    schedule(cloud, cloud.now + seconds(1), 'stack.initiated', { stack: stack.id, work: work.serial, key })
  } catch (error) {
    end(turn, seconds(2), reasonOf(error))
  }
}

function startUpdate(turn: Turn, resource: StackResource, child: Stack): void {
  const { moment, stack, step } = turn
  sayOf(moment.cloud, stack, resource, 'UPDATE_IN_PROGRESS')
  try {
    const properties = evaluated(stack).properties(step.logicalId)
    requireCall(moment.cloud, stack, 'UpdateStack', child.name, properties['TemplateURL'])
    const definition = wanted(turn, properties)
    const isUpdatable = isSettled(child.status) && !child.status.endsWith('FAILED')
    if (!isUpdatable) throw invalid(`Stack:${child.id} is in ${child.status} state and can not be updated.`)
    resource.properties = properties
    if (isDeepStrictEqual(definitionOf(child), definition)) end(turn, noticeOverhead)
    else beginUpdate(moment.cloud, child, definition)
  } catch (error) {
    end(turn, seconds(2), reasonOf(error))
  }
}

const isFailed = ({ status }: Stack): boolean => status === 'UPDATE_ROLLBACK_FAILED'

function startRevert(turn: Turn, resource: StackResource, child: Stack): boolean {
  const { cloud } = turn.moment
  const old = turn.work.before?.resources[resource.logicalId]
  if (!old || (old.at === resource.at && old.status === resource.status)) return true
  sayOf(cloud, turn.stack, resource, 'UPDATE_IN_PROGRESS')
  Object.assign(resource, { properties: old.properties, attributes: old.attributes })
  const problem = problemOf(cloud, turn.stack, 'UpdateStack', child.name)
  if (problem) {
    end(turn, noticeOverhead, problem)
    return false
  }
  const work = workOf(child)
  const { continued } = turn.work
  if (work?.before && (work.phase === 'updated' || (isFailed(child) && continued))) {
    beginRevert(cloud, child, work.before, { continued })
  } else if (isFailed(child)) end(turn, noticeOverhead, embedded(child, 'updated', child.reason ?? ''))
  else if (work?.phase !== 'revert') end(turn, noticeOverhead)
  return false
}

/** Lets a resting child clean up; false when it has nothing to do. */
function startClean(cloud: Cloud, child: Stack): boolean {
  const phase = workOf(child)?.phase
  if (phase !== 'updated' && phase !== 'reverted') return false
  beginClean(cloud, child)
  return true
}

function startDelete(turn: Turn, resource: StackResource): boolean {
  const { cloud } = turn.moment
  const child = childOf(cloud, resource)
  sayOf(cloud, turn.stack, resource, 'DELETE_IN_PROGRESS')
  const problem = problemOf(cloud, turn.stack, 'DeleteStack', child?.name ?? '')
  if (problem) end(turn, seconds(2), problem)
  else if (!child || isGone(child)) end(turn, seconds(2))
  else if (isSettled(child.status) || workOf(child)?.phase !== 'delete') beginDelete(cloud, child)
  return false
}

/** What the parent reads from a nested stack that has come to its end. */
export const outputsOf = (child: Stack): Record<string, Value> =>
  Object.fromEntries(Object.entries(child.outputs).map(([name, value]) => [`Outputs.${name}`, value]))
