// Pure: what rules about readiness are made of: findings, and how much a fact that is missing or old is worth.
import { environmentOptions } from '../core/names.ts'
import { direction } from './direction.ts'
import { type Fact, isKnown, type Known, type Observation, type RegionFact, type Unknown } from './observation.ts'

/** A blocker prevents or endangers a failover; of an `unknown` nobody can say; a warning is about quality. */
export type Level = 'blocker' | 'unknown' | 'warning'

export interface Finding {
  level: Level
  /** Name of the rule, stable for machines. */
  rule: string
  /** What is so, and where. */
  what: string
  /** The command that mends it, or what a person does. */
  mend: string
}

export type Judged = Omit<Finding, 'rule'>
export type Rule = (it: Observation) => Judged[]

const day = 86_400_000

/** A command about this environment. */
export const dr = ({ system, suffix, simulated }: Observation, verb: string): string =>
  `dr ${verb} ${environmentOptions(system, suffix, simulated)}`
export const blocker = (what: string, mend: string): Judged => ({ level: 'blocker', what, mend })
export const warning = (what: string, mend: string): Judged => ({ level: 'warning', what, mend })
export const unknown = (what: string, mend: string): Judged => ({ level: 'unknown', what, mend })
export const list = (words: string[]): string => words.join(', ')
/** Why nothing is known of a region. */
export const silence = ({ region, unasked }: RegionFact): string =>
  `${region} ${unasked ? 'was not asked' : 'does not answer'}`

/** The region that a failover would leave. Its faults are what leaving it costs, and no reason to stay. */
export const isLeft = (it: Observation, region: string): boolean =>
  it.regions.length > 1 && region === direction(it).from

/** Why the region that a failover would leave cannot hand over: it is silent, or its health check is unhealthy. */
export function faultOfSource(it: Observation): 'silent' | 'unhealthy' | undefined {
  if (it.regions.some(({ region, answered }) => !answered && isLeft(it, region))) return 'silent'
  const found = it.roles.flatMap(({ actual }) => usable(it, actual)?.value ?? [])
  const isIll = found.some(({ unhealthy, places }) => unhealthy && places.every((place) => isLeft(it, place)))
  return isIll ? 'unhealthy' : undefined
}

/** What to type to go where a failover would go: what loses nothing, unless the region that must hand over is ill. */
export function wayThere(it: Observation): { command: string; lossy?: string } {
  const { to } = direction(it)
  const [lossy = '', graceful] = [it.commands[to], it.handovers?.[to]]
  if (faultOfSource(it) || graceful === undefined) return { command: lossy }
  return { command: graceful, ...(lossy !== '' && { lossy }) }
}

/** A time in words. */
export const plain = (ms: number): string =>
  ms < 5_400_000
    ? `${Math.round(ms / 60_000)} min`
    : ms < day
      ? `${Math.round(ms / 3_600_000)} h`
      : `${Math.round(ms / day)} d`

/** A fact of a silent region may be as old as the RPO; older, it says nothing about the loss. */
export function usable<T>(it: Observation, fact: Fact<T>): Known<T> | undefined {
  const seen = isKnown(fact) ? fact : fact.last
  return seen && it.at - seen.at <= it.objectives.rpoSeconds * 1000 ? seen : undefined
}

/** Looking again helps only where somebody looked. */
export const look = (it: Observation, fact: Fact<unknown>): string =>
  isKnown(fact) || fact.looked
    ? `look again: ${dr(it, 'status')}`
    : 'dr does not look at it yet: see it in the AWS console'

/**
 * What decides and is not known is a doubt. What only the region could tell that is to be left, and that is silent, is
 * why one leaves it: no reason to stay.
 */
export function doubt(it: Observation, what: string, fact: Fact<unknown>): Judged[] {
  const silent = isKnown(fact) ? undefined : it.regions.find(({ region }) => region === fact.silent)
  const left = it.regions.length > 1 && silent?.region === direction(it).from
  // The silence of the region that would take over is a doubt of its own, told once.
  if (silent && !silent.answered && !left) return []
  const said = `${what}: ${whyNot(fact)}`
  return [left ? warning(said, 'a person decides') : unknown(said, look(it, fact))]
}

/**
 * What could not be seen, but for a region whose silence is told already; nobody's look is told elsewhere.
 * @param decides a refusal hides what would be a blocker; silence alone forbids nobody to leave
 */
export const notSeen = (it: Observation, what: string, fact: Unknown<unknown>, decides = false): Judged[] => {
  if (!fact.looked || it.regions.some(({ region, answered }) => !answered && region === fact.silent)) return []
  const judged = decides && fact.silent === undefined ? unknown : warning
  return [judged(`${what}: ${fact.unknown}`, look(it, fact))]
}

/** Why a fact is of no use. */
export const whyNot = (fact: Fact<unknown>): string => (isKnown(fact) ? 'what was seen is too old' : fact.unknown)
