// Updates the stacks of a stage's instances themselves, past a stack set whose operation is stuck. The next ordinary
// deploy reconciles the set: CloudFormation reports no drift for it, and an equal update changes nothing.
import { isDeepStrictEqual } from 'node:util'
import type { Region, Stage } from '../../core/model.ts'
import { observeStage, type InstanceState, type StageState } from '../../observe/observe.ts'
import { unknownInputs } from '../../plan/next-call.ts'
import type { WantedStage } from '../../plan/wanted.ts'
import { type Action, type Context, failedBecause, succeeded, unchanged } from './action.ts'
import { asExecution } from './execution-role.ts'
import { settle } from './settle.ts'
import { isSettled } from '../../core/stack-status.ts'

interface DirectStage {
  stage: Stage
  wanted(now: StageState): Promise<WantedStage>
  /** The root template in the bucket of a region: a stack's template must lie in its own region. */
  templateUrl(region: Region): string
}

/** One region after the other; an instance without a stack cannot be helped this way. */
export async function* directStage(context: Context, it: DirectStage): Action {
  const { aws, home, target, signal } = context
  let changed = false
  const regions = (await it.wanted(await observeStage(aws, home, target, it.stage))).steps.flatMap(
    (step) => step.regions,
  )
  for (const region of regions) {
    signal.throwIfAborted()
    const state = await observeStage(aws, home, target, it.stage)
    const wanted = await it.wanted(state)
    const overrides = wanted.steps.find((step) => step.regions.includes(region))?.overrides ?? {}
    const unknown = unknownInputs(wanted, { kind: 'update-instances', regions: [region], overrides })
    if (unknown.length > 0) return failedBecause(`the record does not tell ${unknown.join(', ')}`)
    const stack = state.instances.find((one) => one.region === region)?.stack
    if (!stack) return failedBecause(`${region} has no stack of ${it.stage.name} that could be updated directly`)
    const parameters = { ...wanted.definition.parameters, ...overrides }
    // A stack that works or is broken is not updated: AWS would refuse, and its template says nothing of what exists.
    if (!isSettled(stack.status))
      return failedBecause(
        `the stack of ${it.stage.name} in ${region} is ${stack.status}, so it cannot be updated directly`,
      )
    if (await isSame(context, region, stack, wanted, parameters)) continue
    const since = aws.clock.now() - 1_000
    const plain = { name: stack.id, templateUrl: it.templateUrl(region), parameters, tags: wanted.definition.tags }
    const called = await asExecution(context, region, (stacks) => stacks.update(plain))
    if ('refused' in called) return called.refused
    if (!called.answer) continue
    changed = true
    const ended = yield* settle(context, it.stage.name, region, stack.id, since)
    if (ended.outcome !== 'succeeded') return ended
    yield { kind: 'instance-finished', stage: it.stage.name, region, state: 'updated directly', good: true, seconds: 0 }
  }
  return changed ? succeeded('updated directly, past the stack set') : unchanged()
}

/** Whether the stack holds the wanted template and parameters already: read from the stack, not from its set. */
export async function isSame(
  { aws }: Pick<Context, 'aws'>,
  region: Region,
  stack: NonNullable<InstanceState['stack']>,
  wanted: WantedStage,
  parameters: Record<string, string>,
): Promise<boolean> {
  if (!isDeepStrictEqual(stack.parameters, parameters)) return false
  return (await aws.stacks(region).template(stack.id)) === wanted.template
}
