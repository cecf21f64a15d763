// Brings one stage to what it should be: call by call, each decided by a fresh look at the world.
import { isDeepStrictEqual } from 'node:util'
import type { EventBody } from '../../core/events.ts'
import type { Region, Stage } from '../../core/model.ts'
import { observeStage, type StageState } from '../../observe/observe.ts'
import { type NextCall, nextCall, unknownInputs } from '../../plan/next-call.ts'
import { repairs } from '../../plan/repair.ts'
import { stateHash, type WantedStage } from '../../plan/wanted.ts'
import { type Action, type Context, failedBecause, succeeded, unchanged, undecided } from './action.ts'
import { cleaningUp, cleanUp } from './clean-up.ts'
import { follow } from './follow.ts'
import { operationId, unlessBusy } from './operation-id.ts'
import { repair } from './repair.ts'
import { unclear, unknownStatus } from '../../observe/unknown-status.ts'

/** IAM needs a while until StackSets may use a new role; AWS itself says so with this text. */
const propagating = /role with trust relationship/
const propagationTries = 8
const pauseMs = 15_000
/** More calls than any stage needs; a guard against running in circles. */
const mostCalls = 50

interface ApplyStage {
  stage: Stage
  /** What the stage should be, asked anew each time since overrides may come from the stage itself. */
  wanted(now: StageState): Promise<WantedStage>
  /** Resources in the templates by region. */
  totals: Record<Region, number>
  /** Stages, or `stage/region`, whose stuck stacks may be deleted with what they hold. */
  allowReplace?: string[]
}

/** Creates or updates until the stage is as wanted, adopting operations that already run. */
export async function* applyStage(context: Context, { stage, wanted, totals, allowReplace = [] }: ApplyStage): Action {
  const { aws, home, target, signal } = context
  const sets = aws.stackSets(home)
  const pause = (): Promise<void> => aws.clock.sleep(pauseMs, signal)
  let last: NextCall | undefined
  let retries = 0
  let changed = false
  for (let calls = 0; calls < mostCalls; calls++) {
    signal.throwIfAborted()
    const state = await observeStage(aws, home, target, stage)
    const want = await wanted(state)
    const operation = { stage: stage.name, set: want.set, totals }
    const foreign = state.running[0]
    if (foreign && !foreign.id.startsWith(`dr-${stateHash(want)}-`)) {
      // Somebody else's operation, or ours for another state: nothing else can begin before it ends.
      yield started(stage, foreign.id, foreign.action, [], true)
      yield* follow(context, { ...operation, id: foreign.id })
      continue
    }
    const stuck = repairs(want, state)
    if (stuck.length > 0) {
      const mended = yield* repair(context, stage, stuck, allowReplace)
      if (mended.outcome !== 'succeeded') return mended
      changed = true
      continue
    }
    const call = nextCall(want, state)
    if (!call && !foreign) return changed ? succeeded() : unchanged()
    const unknown = call ? unknownInputs(want, call) : []
    if (unknown.length > 0) return failedBecause(`no stage has given the outputs for ${unknown.join(', ')}`)
    if (call?.kind === 'create-set') {
      await context.hold()
      await sets.create(want.set, want.definition)
      changed = true
      continue
    }
    const { id, running } = await operationId(sets, want.set, `dr-${stateHash(want)}`)
    if (!running) {
      if (!call) continue
      if (cleaningUp(state).length > 0) {
        yield* cleanUp(context, stage)
        continue
      }
      if (isDeepStrictEqual(call, last)) {
        const words = unclear(state.instances)
        if (words.length > 0) throw unknownStatus(words.join(' · '))
        return failedBecause('the operation ended well, but the stack set is not as wanted afterwards')
      }
      if (!(await unlessBusy(issue(context, want, call, id)))) {
        yield { kind: 'waiting', stage: stage.name, what: `another operation on ${want.set} to end` }
        await pause()
        continue
      }
    }
    // An adopted operation may be that of an earlier step than the call: only AWS knows what it does.
    yield started(stage, id, running?.action ?? call?.kind ?? '', running ? [] : (call?.regions ?? []), !!running)
    changed = true
    const { operation: end, causes, late } = yield* follow(context, { ...operation, id })
    if (late) return undecided(late, causes)
    if (end.status === 'SUCCEEDED' && causes.length === 0) {
      last = running ? undefined : call
      continue
    }
    // Whoever stopped an earlier run's operation and runs the command again wants it to go on.
    if (running && end.status === 'STOPPED') continue
    if (causes.some((it) => propagating.test(it.reason)) && retries++ < propagationTries) {
      yield { kind: 'waiting', stage: stage.name, what: 'the new roles to be known everywhere (usually under 1m)' }
      await pause()
      continue
    }
    return failedBecause(causes.length > 0 ? '' : `operation ${id} ended ${end.status}`, causes)
  }
  return failedBecause(`not as wanted after ${mostCalls} calls`)
}

const started = (stage: Stage, operation: string, action: string, regions: Region[], adopted: boolean): EventBody => ({
  kind: 'operation-started',
  stage: stage.name,
  operation,
  action,
  regions,
  adopted,
})

type Issued = Exclude<NextCall, { kind: 'create-set' }>

async function issue(context: Context, want: WantedStage, call: Issued, operationId: string): Promise<void> {
  const sets = context.aws.stackSets(context.home)
  const at = { account: context.aws.account, regions: call.regions, operationId }
  await context.hold()
  if (call.kind === 'update-set') await sets.update(want.set, want.definition, at)
  else if (call.kind === 'create-instances') await sets.createInstances(want.set, at, call.overrides)
  else await sets.updateInstances(want.set, at, call.overrides)
}
