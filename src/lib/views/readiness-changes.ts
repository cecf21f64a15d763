// What has changed between two looks, a line each, for logs that follow an environment.
import type { Observation } from '../status/observation.ts'
import { isKnown } from '../status/observation.ts'
import type { Verdict } from '../status/verdict.ts'

type Look = Verdict & { observation: Observation }

/** Lines that stand alone: the verdict where it changed, where the roles went, what is found and what is gone. */
export function changeLines(now: Look, before: Look | undefined): string[] {
  const time = `${new Date(now.observation.at).toISOString().slice(11, 19)}Z`
  const said = ({ verdict }: Look): string => verdict
  const found = (look: Look | undefined): Map<string, string> =>
    new Map(look?.findings.map(({ rule, level, what }) => [`${rule} ${stem(what)}`, `${level}: ${what}`]))
  const [earlier, later] = [found(before), found(now)]
  const roles = now.observation.roles.flatMap(({ name, actual }) => {
    const old = before?.observation.roles.find((one) => one.name === name)?.actual
    if (!before || placeOf(actual) === placeOf(old)) return []
    return [`${name} ${placeOf(old)} → ${placeOf(actual)}`]
  })
  return [
    ...(before && said(before) === said(now) ? [] : [said(now)]),
    ...roles,
    ...[...later].flatMap(([key, text]) => (earlier.has(key) ? [] : [`+ ${text}`])),
    ...[...earlier].flatMap(([key, text]) => (later.has(key) ? [] : [`- ${text}`])),
  ].map((text) => `${time}  ${text}`)
}

/** A finding stays the same while only its figures move. */
const stem = (what: string): string => what.replaceAll(/\d+(\.\d+)?/g, '#')

const placeOf = (actual: Observation['roles'][number]['actual'] | undefined): string =>
  actual && isKnown(actual) ? actual.value.places.join(', ') || 'nowhere' : '?'
