// One step of a plain resource: what it does to the simulated account, what it says, and when it ends.
import { isDeepStrictEqual } from 'node:util'

import type { Value } from '../../lib/core/model.ts'
import type { Moment } from '../answer.ts'
import { strike } from '../faults.ts'
import { isCustom, noAnswer, timeoutOf } from '../resources/custom.ts'
import type { Around, Properties } from '../resources/kind.ts'
import { create, removable, remove, update } from '../resources/lifecycle.ts'
import { makeSnapshot } from '../resources/snapshots.ts'
import type { Stack, StackResource } from '../state.ts'
import { schedule } from '../tasks.ts'
import { refusedByHook } from './checks.ts'
import { evaluated } from './evaluated.ts'
import { sayOf } from './events.ts'
import { occasionOf, pace, seconds } from './pace.ts'
import { reasonOf } from './reasons.ts'
import { bodyOf } from './template.ts'
import { workOf, type Step, type Work } from './work.ts'

/** What a step needs to know. */
export interface Turn {
  moment: Moment
  stack: Stack
  work: Work
  key: string
  step: Step
}

const around = ({ moment, stack, step }: Turn): Around => ({
  cloud: moment.cloud,
  region: stack.region,
  stack,
  logicalId: step.logicalId,
  tags: stack.tags,
})

/** Plans the end of the step; without `after` it never ends. */
export function end({ moment: { cloud }, stack, work, key }: Turn, after: number | undefined, reason?: string): void {
  if (after === undefined) return
  const outcome: Record<string, Value> = reason === undefined ? {} : { reason }
  schedule(cloud, cloud.now + after, 'stack.step', { stack: stack.id, work: work.serial, key, ...outcome })
}

/** Refusals come soon after the call. */
const soon = seconds(2)

/** Starts the step of a plain resource. Says whether it is done already, because there was nothing to do. */
export function startResource(turn: Turn): boolean {
  const { step, work } = turn
  if (step.verb === 'DELETE') startDelete(turn, step.leftover ?? existing(turn))
  else if (work.phase === 'revert') return startRevert(turn)
  else if (step.verb === 'CREATE') startCreate(turn)
  else return startUpdate(turn)
  return false
}

/** Ends the physical part of a deletion. */
export function endDelete(turn: Turn, { type, physicalId }: StackResource): void {
  if (physicalId === '') return
  if (turn.step.snapshot) makeSnapshot(around(turn), type, physicalId)
  remove(around(turn), type, physicalId)
}

function existing({ stack, step }: Turn): StackResource {
  const resource = stack.resources[step.logicalId]
  if (!resource) throw new Error(`the simulator lost ${step.logicalId} of ${stack.name}`)
  return resource
}

/** How a step ends that got this far: planned at its usual pace, or as a fault wants it. */
function endInTime(turn: Turn, resource: StackResource): void {
  const { moment, stack, step } = turn
  const fault = strike(moment, 'resource-fails', occasionOf(stack, step, resource.type))
  const time = pace(moment, stack, step, resource)
  // CloudFormation waits for the answer of a custom resource's function for so long, and no longer.
  const isSilent = time === undefined && isCustom(resource.type)
  if (isSilent) end(turn, seconds(timeoutOf(resource.properties)), noAnswer(moment.cloud))
  else end(turn, time, fault?.reason)
}

function startCreate(turn: Turn): void {
  const { moment, stack, step } = turn
  const type = bodyOf(stack.template).Resources[step.logicalId]?.Type ?? ''
  const base = { logicalId: step.logicalId, physicalId: '', type, at: 0, status: '' }
  const resource: StackResource = { ...base, properties: {}, attributes: {} }
  stack.resources[step.logicalId] = resource
  sayOf(moment.cloud, stack, resource, 'CREATE_IN_PROGRESS')
  const refused = refusedByHook(moment, stack, step)
  if (refused !== undefined) return end(turn, soon, refused)
  try {
    make(turn, resource, evaluated(stack).properties(step.logicalId))
    endInTime(turn, resource)
  } catch (error) {
    end(turn, soon, reasonOf(error))
  }
}

/** Makes the physical resource; the event that carries its id follows a second later. */
function make(turn: Turn, resource: StackResource, properties: Properties): void {
  const { cloud } = turn.moment
  const { physicalId, attributes } = create(around(turn), resource.type, properties)
  Object.assign(resource, { physicalId, properties, attributes })
  const { stack, work, key } = turn
  schedule(cloud, cloud.now + seconds(1), 'stack.initiated', { stack: stack.id, work: work.serial, key })
}

function startUpdate(turn: Turn): boolean {
  const { moment, stack, step } = turn
  const resource = existing(turn)
  const { type, physicalId, properties: before } = resource
  try {
    const after = evaluated(stack).properties(step.logicalId)
    const outcome = update(around(turn), type, physicalId, before, after)
    if (outcome === 'same') return true
    if (outcome === 'replace') {
      const why = 'Requested update requires the creation of a new physical resource; hence creating one.'
      sayOf(moment.cloud, stack, resource, 'UPDATE_IN_PROGRESS', why)
      make(turn, resource, after)
      end(turn, pace(moment, stack, { ...step, verb: 'CREATE' }, resource))
      return false
    }
    sayOf(moment.cloud, stack, resource, 'UPDATE_IN_PROGRESS')
    Object.assign(resource, { properties: after, attributes: outcome.attributes })
    endInTime(turn, resource)
  } catch (error) {
    const reason = reasonOf(error)
    if (resource.status !== 'UPDATE_IN_PROGRESS') sayOf(moment.cloud, stack, resource, 'UPDATE_IN_PROGRESS')
    end(turn, soon, reason)
  }
  return false
}

/** Takes a resource back to what it was before the update; a replaced one returns, its replacement is left over. */
function startRevert(turn: Turn): boolean {
  const { moment, stack, step } = turn
  const now = existing(turn)
  const old = workOf(stack)?.before?.resources[step.logicalId]
  if (!old || (now.physicalId === old.physicalId && now.status === old.status && now.at === old.at)) return true
  sayOf(moment.cloud, stack, now, 'UPDATE_IN_PROGRESS')
  if (now.physicalId !== old.physicalId) {
    turn.work.leftovers?.resources.push({ ...now })
    Object.assign(now, { physicalId: old.physicalId, properties: old.properties, attributes: old.attributes })
    end(turn, soon)
    return false
  }
  try {
    if (!isDeepStrictEqual(now.properties, old.properties)) {
      update(around(turn), now.type, now.physicalId, now.properties, old.properties)
    }
    Object.assign(now, { properties: old.properties, attributes: old.attributes })
    endInTime(turn, now)
  } catch (error) {
    end(turn, soon, reasonOf(error))
  }
  return false
}

function startDelete(turn: Turn, resource: StackResource): void {
  const { moment, stack } = turn
  sayOf(moment.cloud, stack, resource, 'DELETE_IN_PROGRESS')
  try {
    removable(around(turn), resource.type, resource.physicalId)
    endInTime(turn, resource)
  } catch (error) {
    end(turn, soon, reasonOf(error))
  }
}
