// Pure: the first true reason of a failure, out of everything that was seen.
import type { ResourceEvent } from '../observe/watch.ts'
import type { OperationResultView } from '../aws/stack-set-views.ts'
import type { FailureView, StackEventView } from '../aws/stacks.ts'
import type { Cause, ResourcePath } from '../core/events.ts'
import { masked, withoutAccount } from '../core/names.ts'
import { namedResource, told } from './reason.ts'
import { nestedType } from '../templates/tree.ts'

const failed = /_FAILED$/
/** `Resource creation cancelled`: AWS's word for "because of another one"; a reason that only mentions it is a reason. */
const cancelled = /^(Resource (creation|update|deletion|import) )?cancell?ed\b/i
/** Where the reason is only that a check failed: aws/aws-cdk-cli#1000. */
const byCheck = /hook\(s\)|DescribeEvents/
const ofStack = /_FAILED$|ROLLBACK_IN_PROGRESS$|^DELETE_IN_PROGRESS$/
const idle = /^User Initiated$/i

/** Where a failure was looked for. */
export interface Scene {
  stage: string
  region: string
  account: string
}

/** What was seen of the stack of one instance. */
export interface Seen {
  /** Of its resources and those of its nested stacks. */
  events: ResourceEvent[]
  /** What the root stack said of itself. */
  own?: StackEventView[]
  /** What a stack gave when asked for its failures, with the path of that stack. */
  asked?: { path: ResourcePath; failures: FailureView[] }
  /** Stacks whose events could not be read. */
  unread?: string[]
}

const isInside = (inner: ResourceEvent, outer: ResourceEvent): boolean =>
  inner.at <= outer.at && inner.path.length > outer.path.length && outer.path.every((id, at) => inner.path[at] === id)

/**
 * The oldest failure that is not a cancellation. A nested stack's own failure only repeats what happened
 * inside it, so it counts only when nothing inside is known.
 */
export function firstFailure(events: ResourceEvent[]): { event: ResourceEvent; cancelled: number } | undefined {
  const failures = events.filter((it) => failed.test(it.status)).sort((a, b) => a.at - b.at)
  const own = failures.filter((it) => !cancelled.test(it.reason))
  const event = own.find((it) => it.type !== nestedType || !own.some((inner) => isInside(inner, it)))
  const others = failures.filter((it) => cancelled.test(it.reason)).map((it) => it.path.join('/'))
  return event && { event, cancelled: new Set(others).size }
}

/** The stack to ask for more, and its path, where its events name no resource's reason: checks by AWS and by hooks. */
export function unclear(events: ResourceEvent[], root: string): { stackId: string; path: ResourcePath } | undefined {
  const event = firstFailure(events)?.event
  if (!event) return { stackId: root, path: [] }
  if (event.type === nestedType && event.physicalId !== '') return { stackId: event.physicalId, path: event.path }
  return byCheck.test(event.reason) ? { stackId: event.stackId, path: event.path.slice(0, -1) } : undefined
}

/**
 * The cause of a failed operation in one region: from the resources' events, else from what the stack gave when
 * asked, else from the stack itself, else from what the operation says.
 * StackSets names only the root stack's resource, hence the events first.
 */
export function causeOf(scene: Scene, seen: Seen, result: OperationResultView | undefined): Cause | undefined {
  const found = firstFailure(seen.events)
  const named = fromAsked(seen, found?.event) ?? found?.event ?? fromStack(seen) ?? fromResult(result)
  if (!named) return undefined
  const { reason, code } = told(named.reason)
  return {
    stage: scene.stage,
    region: scene.region,
    account: masked(scene.account),
    path: named.path,
    type: named.type,
    reason: withoutAccount(reason, scene.account),
    code,
    cancelled: found?.cancelled ?? 0,
    unread: seen.unread ?? [],
  }
}

type Named = Pick<ResourceEvent, 'path' | 'type' | 'reason'>

function fromAsked({ asked }: Seen, event: ResourceEvent | undefined): Named | undefined {
  const own = asked?.failures.filter((it) => !cancelled.test(it.reason)) ?? []
  const failure = own.find((it) => it.logicalId === event?.logicalId) ?? own[0]
  return asked && failure && { ...failure, path: [...asked.path, failure.logicalId] }
}

function fromStack({ own = [] }: Seen): Named | undefined {
  const event = own.find((it) => ofStack.test(it.status) && it.reason !== '' && !idle.test(it.reason))
  return event && { path: [], type: nestedType, reason: event.reason }
}

/** Words of a result that say nothing of a failure. */
const harmless = new Set(['SUCCEEDED', 'CANCELLED', 'PENDING', 'RUNNING'])

function fromResult(result: OperationResultView | undefined): Named | undefined {
  if (!result || harmless.has(result.status)) return undefined
  const resource = namedResource(result.reason)
  if (resource) return { ...resource, path: [resource.logicalId] }
  return { path: [], type: '', reason: result.reason || `the operation ended ${result.status} without a reason` }
}
