// Pure: the one call that brings a stage nearer to what it should be, or none when it is that already.
// Success is read here, from the world, never from how an operation ended.
import { isDeepStrictEqual } from 'node:util'
import type { Change } from '../core/events.ts'
import type { Region } from '../core/model.ts'
import { isSettled } from '../core/stack-status.ts'
import type { InstanceState, StageState } from '../observe/observe.ts'
import { makesAnew, repairs } from './repair.ts'
import { knownAfterApply, type WantedStage, type WantedStep } from './wanted.ts'

export type NextCall =
  | { kind: 'create-set' }
  | { kind: 'create-instances'; regions: Region[]; overrides: Record<string, string> }
  | { kind: 'update-instances'; regions: Region[]; overrides: Record<string, string> }
  | { kind: 'update-set'; regions: Region[] }

/**
 * The instance is CURRENT and its stack is settled. UPDATE_ROLLBACK_COMPLETE counts: a stack that went back to A stays in
 * it when A is wanted again, since AWS then has nothing to update.
 */
export const isGood = (it: InstanceState): boolean => it.status === 'CURRENT' && isSettled(it.stack?.status)

/** AWS masks NoEcho values, so whether they differ is unknown: they are treated as the wanted ones. */
const unmasked = (seen: Record<string, string>, wanted: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(seen).map(([name, value]) => [name, value === '****' ? (wanted[name] ?? value) : value]),
  )

/** The set's template, parameters and tags are the wanted ones. */
export const isDefined = ({ template, definition }: WantedStage, { set }: StageState): boolean =>
  set !== undefined &&
  set.template === template &&
  isDeepStrictEqual(unmasked(set.parameters, definition.parameters), definition.parameters) &&
  isDeepStrictEqual(set.tags, definition.tags)

const ofStep = (step: WantedStep, state: StageState): InstanceState[] =>
  state.instances.filter((it) => step.regions.includes(it.region))

const missing = (step: WantedStep, state: StageState): Region[] =>
  step.regions.filter((region) => !state.instances.some((it) => it.region === region && it.stack))

const overriddenOtherwise = (step: WantedStep) => (it: InstanceState) =>
  !isDeepStrictEqual(it.overrides, step.overrides)

/** What is to be done next; undefined when the stage is as wanted. */
export function nextCall(wanted: WantedStage, state: StageState): NextCall | undefined {
  if (!state.set) return { kind: 'create-set' }
  if (!isDefined(wanted, state)) {
    const first = wanted.steps.map((step) => ofStep(step, state)).find((instances) => instances.length > 0)
    return { kind: 'update-set', regions: (first ?? []).map((it) => it.region) }
  }
  for (const step of wanted.steps) {
    if (ofStep(step, state).some((it) => it.unseen)) throw new Error(`${wanted.stage} was not seen everywhere`)
    const { overrides } = step
    const lacking = missing(step, state)
    if (lacking.length > 0) return { kind: 'create-instances', regions: lacking, overrides }
    const instances = ofStep(step, state)
    const other = instances.filter(overriddenOtherwise(step))
    if (other.length > 0) return { kind: 'update-instances', regions: other.map((it) => it.region), overrides }
    const bad = instances.filter((it) => !isGood(it))
    if (bad.length > 0) return { kind: 'update-set', regions: bad.map((it) => it.region) }
  }
  return undefined
}

/**
 * What a deploy would do to each region of the stage. While an operation runs, nothing there counts as settled:
 * a deletion that has only just begun leaves everything looking as wanted.
 */
export function changes(wanted: WantedStage, state: StageState): Record<Region, Change> {
  const idle = isDefined(wanted, state) && state.running.length === 0
  const anew = new Set(repairs(wanted, state).flatMap((it) => (makesAnew(it) ? [it.region] : [])))
  const change = (step: WantedStep, region: Region): Change => {
    const instance = state.instances.find((it) => it.region === region)
    if (instance?.unseen) return 'unknown'
    if (!instance?.stack || anew.has(region)) return 'create'
    const same = idle && isGood(instance) && isDeepStrictEqual(instance.overrides, step.overrides)
    return same ? 'none' : 'update'
  }
  return Object.fromEntries(
    wanted.steps.flatMap((step) => step.regions.map((region) => [region, change(step, region)] as const)),
  )
}

/** Parameters that a call would give although their source has not returned them yet: such a call is never made. */
export function unknownInputs(wanted: WantedStage, call: NextCall): string[] {
  const given = { ...wanted.definition.parameters, ...('overrides' in call ? call.overrides : {}) }
  return Object.keys(given).filter((name) => given[name] === knownAfterApply)
}
