// What of a plan needs consent, and whether it was given: by flag, by answer, or not at all.
import { DrError } from '../core/errors.ts'
import type { Differences, ResourceDifference } from '../core/difference.ts'
import { isRefused } from './kept-names.ts'

/** Something that a plan does only with consent. */
export interface Need {
  /** `stage/Nested/LogicalId`; for orphans `stage` or `stage/region`. */
  name: string
  why: 'replaced' | 'may be replaced' | 'deleted' | 'widens rights' | 'not comparable'
  /** Data would be gone: only its own --allow-replace allows it. */
  loss: boolean
}

/** What was consented to by flags. */
export interface Consent {
  yes: boolean
  /** Names or tails of names of what may be replaced or deleted. */
  allowReplace: string[]
}

const lost = { replaced: 'replaced', 'may-replace': 'may be replaced', removed: 'deleted' } as const
const isLost = (action: string): action is keyof typeof lost => Object.hasOwn(lost, action)

function needsOf(stage: string, difference: ResourceDifference): Need[] {
  const { path, action, loss, rights } = difference
  const name = [stage, ...path].join('/')
  return [
    // No consent helps where CloudFormation refuses.
    ...(isLost(action) && !isRefused(difference) ? [{ name, why: lost[action], loss }] : []),
    ...(rights.length > 0 ? [{ name, why: 'widens rights' as const, loss: false }] : []),
  ]
}

/** What the plan needs consent for, each name once per reason. Orphans are no part of it: nothing happens to them. */
export function needsConsent({ instances }: Differences): Need[] {
  const needs = instances.flatMap(({ stage, resources, unread }): Need[] => [
    ...resources.flatMap((it) => needsOf(stage, it)),
    ...(unread === undefined ? [] : [{ name: stage, why: 'not comparable' as const, loss: false }]),
  ])
  const known = new Map<string, Need>()
  for (const need of needs) {
    const key = `${need.name} ${need.why}`
    known.set(key, { ...need, loss: need.loss || (known.get(key)?.loss ?? false) })
  }
  return [...known.values()]
}

/** Names of orphans: a whole stage, or one region of a stage. */
export const orphanNames = ({ orphans }: Differences): string[] =>
  orphans.flatMap(({ stage, regions, whole }) => (whole ? [stage] : regions.map((region) => `${stage}/${region}`)))

/** Whether the tail names it: whole steps from the end. */
export const isTail = (tail: string, name: string): boolean => name === tail || name.endsWith(`/${tail}`)

/** The shortest way to say a name, without its stage where that is clear; never just the last step of a nested one. */
export function shortName(name: string, names: string[]): string {
  const short = name.slice(name.indexOf('/') + 1)
  return names.filter((it) => isTail(short, it)).length === 1 ? short : name
}

/** What can be allowed with --allow-replace. */
const replaceable = (needs: Need[]): string[] => [
  ...new Set(needs.filter(({ why }) => why !== 'widens rights' && why !== 'not comparable').map(({ name }) => name)),
]

/**
 * The names that `--allow-replace` means among those that the plan would replace or delete.
 * @param standing names of all resources of the system: one that is not touched (any more) may be named all the same,
 *   so that a command that was interrupted can be repeated as it was; where nothing is at stake, so may anything
 * @throws DrError exit 2: a tail that names several, or nothing at all
 */
export function allowedNames(tails: string[], names: string[], standing: string[]): Set<string> {
  const allowed = new Set<string>()
  for (const tail of tails) {
    const exact = names.filter((name) => name === tail)
    const found = exact.length > 0 ? exact : names.filter((name) => isTail(tail, name))
    if (found.length > 1)
      throw new DrError(
        'AmbiguousConsent',
        2,
        `--allow-replace ${tail} names ${found.join(' and ')}; nothing was changed`,
        `say which: ${found.map((name) => `--allow-replace ${name}`).join(' or ')}`,
      )
    if (found[0] !== undefined) allowed.add(found[0])
    else if (names.length > 0 && !standing.some((name) => isTail(tail, name)))
      throw new DrError(
        'UnknownConsent',
        2,
        `--allow-replace ${tail} names nothing that this plan would replace or delete; nothing was changed`,
        `it would be: ${names.join(', ')}`,
      )
  }
  return allowed
}

export interface Judgement {
  /** Still to be consented to. */
  open: Need[]
  /** Among them those that no question can settle: data would be lost. */
  blocked: Need[]
  /** Orphans that are to be removed. */
  remove: Set<string>
}

/** Pure: what the flags leave open. Throws as allowedNames. */
export function judge(differences: Differences, { yes, allowReplace }: Consent, standing: string[]): Judgement {
  const needs = needsConsent(differences)
  const orphans = orphanNames(differences)
  const allowed = allowedNames(allowReplace, [...replaceable(needs), ...orphans], standing)
  const open = needs.filter(({ name, why }) =>
    why === 'widens rights' || why === 'not comparable' ? !yes : !allowed.has(name),
  )
  return {
    open,
    blocked: open.filter(({ loss }) => loss),
    remove: new Set(orphans.filter((name) => allowed.has(name))),
  }
}

/** The flags that would consent to all of it. */
export function flagsFor(needs: Need[], all: Need[] = needs): string[] {
  const names = replaceable(all)
  const replace = replaceable(needs).map((name) => `--allow-replace ${shortName(name, names)}`)
  const rest = needs.some(({ why }) => why === 'widens rights' || why === 'not comparable')
  return [...replace, ...(rest ? ['--yes'] : [])]
}

/** What a plan needs consent for, each with the flag that gives it: for machines. */
export function consentOf(differences: Differences): (Need & { flag: string })[] {
  const needs = needsConsent(differences)
  return needs.map((need) => ({ ...need, flag: flagsFor([need], needs)[0] ?? '' }))
}

/** One sentence about a need. */
export function said({ name, why, loss }: Need): string {
  if (why === 'widens rights') return `${name} gets rights that it does not have now`
  if (why === 'not comparable') return `what changes inside ${name} cannot be seen`
  return `${name} would be ${why}`.replace('would be may be', 'may be') + (loss ? ' and its data lost' : '')
}

/**
 * Obtains what is missing. Loss of data is never asked about: its flag has to be given.
 * @param ask gives the person's answer, or undefined where there is no terminal
 * @param seen the person has just read the plan, which says all this
 * @throws DrError exit 3: refused or declined; nothing was changed
 */
export async function obtain(
  { open, blocked }: Judgement,
  ask: (question: string) => Promise<string | undefined>,
  seen = false,
): Promise<void> {
  if (open.length === 0) return
  const refuse = (code: string, what: Need[]): DrError =>
    new DrError(
      code,
      3,
      `${what.map(said).join('\n')}\nnothing was changed`,
      `if that is meant, repeat the command with ${flagsFor(open).join(' ')}`,
    )
  if (blocked.length > 0) throw refuse('DataLoss', blocked)
  const why = seen ? '' : `${open.map(said).join('\n   ')}\n   `
  const answer = await ask(`${why}Go on? y/N `)
  if (answer === undefined) throw refuse('ConsentNeeded', open)
  if (!/^y(es)?$/i.test(answer))
    throw new DrError(
      'Declined',
      3,
      'declined; nothing was changed',
      `to agree beforehand: ${flagsFor(open).join(' ')}`,
    )
}
