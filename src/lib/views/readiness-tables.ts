// The tables of the status screen: roles, replication, regions. A `?` marks what could not be seen.
import { type DrillFact, isKnown, type Fact, type Observation } from '../status/observation.ts'
import type { Paint } from './paint.ts'
import { duration } from '../core/words.ts'

/** How long ago, as people say it. */
export function age(now: number, at: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 100) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} d ago`
}

/** An objective without its zeros: `15m`. */
export const short = (seconds: number): string => duration(seconds).replace(/(?<=m)00s$|(?<=h)00m$/, '')

/** Cells padded to their widths; a longer one still keeps its distance. */
export const columns = (...cells: [text: string, width: number][]): string =>
  cells
    .map(([text, width]) => (text.length < width ? text.padEnd(width) : `${text} `))
    .join('')
    .trimEnd()

/** Who does what, and what would take over. What nobody looked at is left out. */
export function rolesTable(it: Observation, paint: Paint): string[] {
  const row = (...cells: string[]): string =>
    columns([cells[0] ?? '', 18], [cells[1] ?? '', 14], [cells[2] ?? '', 14], [cells[3] ?? '', 0])
  const last = (fact: Fact<{ places: string[] }>): string => {
    if (isKnown(fact) || !fact.last) return ''
    return `last known ${fact.last.value.places.join(', ')}, ${age(it.at, fact.last.at)}`
  }
  const roles = it.roles.flatMap(({ name, expected = 'any', actual }) => {
    if (isKnown(actual)) return row(name, expected, actual.value.places.join(', ') || 'nowhere', actual.value.state)
    return actual.looked ? row(name, expected, '?', last(actual) || actual.unknown) : []
  })
  const standbys = it.standbys.flatMap(({ name, place, now }) => {
    if (isKnown(now)) return row(name, 'standby', place, now.value.state)
    return now.looked ? row(name, 'standby', place, `? ${now.unknown}`) : []
  })
  const rows = [...roles, ...standbys]
  return rows.length === 0 ? [] : [paint.dim(row('ROLE', 'EXPECTED', 'ACTUAL', 'STATE')), ...rows]
}

/** How far behind the other side is, each with its objective and its age. */
export function lagsTable(it: Observation, paint: Paint): string[] {
  const row = (...cells: string[]): string =>
    columns([cells[0] ?? '', 26], [cells[1] ?? '', 13], [cells[2] ?? '', 10], [cells[3] ?? '', 11], [cells[4] ?? '', 0])
  const objective = `${it.objectives.rpoSeconds} s`
  const rows = it.lags.flatMap(({ name, lag }) => {
    const seen = isKnown(lag) ? lag : lag.last
    if (!isKnown(lag) && !lag.looked) return []
    if (!seen) return row(name, '?', '', objective, isKnown(lag) ? '' : 'see below')
    const p99 = seen.value.p99 === undefined ? '' : `${seen.value.p99} s`
    const behind = seen.value.idle ? 'no writes' : `${seen.value.seconds} s`
    return row(name, `${behind}${isKnown(lag) ? '' : ' ?'}`, p99, objective, age(it.at, seen.at))
  })
  return rows.length === 0 ? [] : [paint.dim(row('REPLICATION', 'NOW', 'P99 1H', 'OBJECTIVE', 'SEEN')), ...rows]
}

/** One row a region; stack instances and operations only where they are not as they should be. */
export function regionsTable(it: Observation, paint: Paint): string[] {
  const looked = (fact: Fact<unknown>): boolean => isKnown(fact) || fact.looked
  const watched = it.regions.some(({ alarms, quotas }) => looked(alarms) || looked(quotas))
  const row = (...cells: string[]): string =>
    columns([cells[0] ?? '', 18], [cells[1] ?? '', 22], [cells[2] ?? '', 10], [cells[3] ?? '', 0])
  const said = <T>(fact: Fact<T>, words: (value: T) => string): string =>
    isKnown(fact) ? words(fact.value) : fact.looked ? '?' : ''
  const rows = it.regions.flatMap(({ region, answered, unasked, alarms, quotas }) => {
    if (!answered) return row(region, unasked ? 'NOT ASKED' : 'NO ANSWER')
    const here = it.instances.filter((one) => one.region === region)
    const good = here.filter((one) => one.good).length
    const firing = said(alarms, (value) => `${value.firing.length} of ${value.total}`)
    const room = said(quotas, (all) => all.map(({ name, headroom }) => `${name} ${headroom}%`).join('  '))
    const wrong = here.flatMap((one) => (one.good ? [] : `  ${row(one.stage, one.status, one.stack)}`))
    return [row(region, `${good} of ${here.length} CURRENT`, firing, room), ...wrong]
  })
  const busy = it.operations.map(
    ({ stage, id, action, status, since }) =>
      `  ${stage}: operation ${id} ${action} ${status} since ${age(it.at, since)}`,
  )
  const head = watched ? row('REGION', 'STACK INSTANCES', 'ALARMS', 'QUOTA HEADROOM') : row('REGION', 'STACK INSTANCES')
  return [paint.dim(head), ...rows, ...busy]
}

/** One row a drill, its columns as wide as they must be; what was lost goes below where it finds no room. */
export function drillRows({ at: now, objectives }: Observation, drills: DrillFact[], width: number): string[] {
  const rows = drills.map(({ scenario, result, at, rtoSeconds, lost }) => [
    scenario,
    result,
    age(now, at),
    rtoSeconds === undefined ? '' : `RTO ${duration(rtoSeconds)}/${short(objectives.rtoSeconds)}`,
    lost === undefined ? '' : `lost ${lost}`,
  ])
  const row = (cells: string[]): string =>
    columns(
      ...cells.map((text, at): [string, number] => [text, 1 + Math.max(...rows.map((it) => it[at]?.length ?? 0))]),
    )
  return rows.flatMap((cells) => {
    const whole = row(cells)
    return whole.length <= width ? [whole] : [row(cells.slice(0, -1)), row(['', '', '', cells.at(-1) ?? ''])]
  })
}
