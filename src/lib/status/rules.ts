// Pure: what keeps an environment from failing over, what nobody knows, and what is merely not good. One rule, one
// question; a rule that has nothing to say gives nothing.
import { direction } from './direction.ts'
import {
  blocker,
  doubt,
  dr,
  list,
  look,
  notSeen,
  plain,
  silence,
  unknown,
  usable,
  warning,
  wayThere,
  whyNot,
  type Finding,
  type Judged,
  type Level,
  type Rule,
} from './judging.ts'
import { isKnown, type Observation, type Work } from './observation.ts'
import { quality } from './quality.ts'

/** Shares of the RPO: at half of it somebody should look, at all of it the objective would be missed. */
const lagWarns = 0.5

/** What decides. */
const deciding: Record<string, Rule> = {
  'region-silent': (it) => {
    const { from, to } = direction(it)
    const silent = it.regions.filter(({ answered }) => !answered)
    const again = `try again: ${dr(it, 'status')}`
    return silent.map((one) =>
      one.region === to || it.regions.length === 1
        ? unknown(`${silence(one)}, and it would take over`, again)
        : warning(`${silence(one)}: whether ${from} still writes is not confirmed`, 'a person decides'),
    )
  },

  'instances-current': (it) => {
    const wrong = it.instances.filter(({ good }) => !good)
    const where = list(wrong.map(({ stage, region }) => `${stage} in ${region}`))
    return wrong.length === 0 ? [] : [blocker(`not complete: ${where}`, dr(it, 'deploy'))]
  },

  'no-operation': (it) => {
    const stages = list([...new Set(it.operations.map(({ stage }) => stage))])
    return stages === '' ? [] : [blocker(`being changed: ${stages}`, `wait, then: ${dr(it, 'status')}`)]
  },

  'outputs-known': ({ untold = [], ...it }) => {
    const [first = '', ...others] = untold
    const more = others.length > 0 ? ` and ${others.length} more` : ''
    const why = 'no stack that answers tells it, and no release is recorded'
    return untold.length === 0 ? [] : [unknown(`${first}${more}: ${why}`, `look again: ${dr(it, 'status')}`)]
  },

  'work-known': (it) => {
    return isKnown(it.work) ? [] : doubt(it, 'whether anybody works on it', it.work)
  },

  'nobody-works': (it) => {
    const work = isKnown(it.work) ? it.work.value : undefined
    if (!work) return []
    if (work.drill !== undefined) {
      const mend = `${dr(it, 'failover-test')} --resume ${work.drill}`
      return [blocker(`${work.by} was begun ${plain(it.at - work.since)} ago and never ended`, mend)]
    }
    if (work.verb === 'failover-test') return []
    const who = `${work.by} runs dr ${work.verb}`
    return work.dead
      ? [warning(`${who} no more; its lock is left`, `finish it: ${dr(it, work.verb)}`)]
      : [blocker(who, `wait, then: ${dr(it, 'status')}`)]
  },

  'role-known': (it) =>
    it.roles.flatMap(({ kind, name, actual }) => {
      if (usable(it, actual)) return []
      // Who writes is what a failover is about; the survivor can tell it too.
      return kind === 'writer' ? [unknown(`${name}: ${whyNot(actual)}`, look(it, actual))] : doubt(it, name, actual)
    }),

  'one-place': (it) =>
    it.roles.flatMap(({ name, actual }) => {
      const places = usable(it, actual)?.value.places
      if (!places || places.length === 1) return []
      if (places.length > 1)
        return [blocker(`${name} is in ${list(places)} at once`, 'fence one and compare the data before anything else')]
      if (drilling(it)) return []
      const way = wayThere(it).command
      return [blocker(`${name} is nowhere`, `look again: ${dr(it, 'status')}${way && `; if it stays so: ${way}`}`)]
    }),

  'role-state': (it) =>
    it.roles.flatMap(({ name, actual }) => {
      const now = usable(it, actual)?.value
      const wait = `wait, then: ${dr(it, 'status')}`
      return now && !now.good ? [blocker(`${name} is ${now.state}`, now.mend ?? wait)] : []
    }),

  'role-ill': (it) =>
    it.roles.flatMap(({ name, actual }) => {
      const ill = usable(it, actual)?.value.ill
      return ill === undefined ? [] : [warning(`${name}: ${ill}`, 'a person decides whether to fail over')]
    }),

  'roles-together': (it) => {
    const at = it.roles.flatMap((role) => {
      const places = usable(it, role.actual)?.value.places ?? []
      return role.expected !== undefined && places.length === 1 ? [{ ...role, place: places[0] ?? '' }] : []
    })
    const apart = (all: typeof at): boolean => new Set(all.map(({ place }) => place)).size > 1
    if (!apart(at)) return []
    const what = list(at.map(({ name, place }) => `${name} in ${place}`))
    // The bus follows the health of the primary by itself, before anything is promoted: no reason not to promote.
    if (!apart(at.filter(({ kind }) => kind !== 'bus')))
      return [warning(`roles are apart: ${what}`, 'events already go there: mend the primary, or fail over')]
    // A name follows its writer by itself; where the writer does not follow the name, it must be sent.
    const way = wayThere(it).command
    const soon = `the name follows the writer within minutes: ${dr(it, 'status')}`
    return [blocker(`roles are apart: ${what}`, way ? `${soon}; if it stays so: ${way}` : soon)]
  },

  'roles-home': (it) => {
    const away = it.roles.filter((role) => {
      const places = usable(it, role.actual)?.value.places ?? []
      return role.expected !== undefined && places.length === 1 && places[0] !== role.expected
    })
    const { from, to } = direction(it)
    if (away.every(({ kind }) => kind === 'bus')) return []
    const silent = it.regions.some(({ region, answered }) => region === to && !answered)
    const back = silent
      ? `it works in ${from}; wait until ${to} answers`
      : wayThere(it).command || `it goes back by itself once ${to} is well`
    return [warning(`roles are swapped: ${from} has ${list(away.map(({ name }) => name))}`, back)]
  },

  'standby-usable': (it) =>
    it.standbys.flatMap(({ name, place, now }) => {
      const seen = usable(it, now)
      if (!seen) return doubt(it, `${name} in ${place}`, now)
      const { state, usable: isUsable, mend } = seen.value
      // A deploy makes what is missing where it belongs; what works on itself, or comes back after a failover, takes its time.
      const missing = /^(not there|without)/.test(state) && !away(it)
      const usual = missing ? dr(it, 'deploy') : `wait, then: ${dr(it, 'status')}`
      return isUsable ? [] : [blocker(`${name} in ${place} is ${state}`, mend ?? usual)]
    }),

  lag: (it) =>
    it.lags.flatMap(({ name, lag }) => {
      const seen = usable(it, lag)
      if (!seen) return doubt(it, name, lag)
      // Nothing written is nothing to lose; that copying works is not shown by it either.
      if (seen.value.idle) return [warning(`${name}: no writes to replicate`, 'write something and look again')]
      const { rpoSeconds: rpo } = it.objectives
      const what = `${name} ${seen.value.seconds} s of ${rpo} s`
      if (seen.value.seconds >= rpo) return [blocker(what, 'wait until it falls; a failover now loses more')]
      return seen.value.seconds >= rpo * lagWarns ? [warning(what, 'find out what writes so much')] : []
    }),

  secrets: (it) =>
    it.secrets.flatMap(({ name, region, now }) => {
      const lost = it.regions.some((one) => one.region === region && !one.answered)
      const again = `look again: ${dr(it, 'status')}`
      if (!isKnown(now)) return lost ? [] : [unknown(`secret ${name} in ${region}: ${now.unknown}`, again)]
      return now.value.fault === undefined ? [] : [blocker(now.value.fault, now.value.mend ?? again)]
    }),

  leftovers: (it) => {
    const { leftovers } = it
    if (!isKnown(leftovers)) return notSeen(it, 'what drills left', leftovers, true)
    const drill = drilling(it)
    // A drill under way means it so, and takes it back itself.
    if (drill && !drill.dead) return []
    const resume = drill?.drill === undefined ? undefined : `${dr(it, 'failover-test')} --resume ${drill.drill}`
    return leftovers.value.map(({ what, mend }) => blocker(`a drill left ${what}`, resume ?? mend))
  },
}

/** By name, so that each is shown to go red. */
export const rules: Record<string, Rule> = { ...deciding, ...quality }

/** A drill that runs or is held. */
const drilling = ({ work }: Observation): Work | undefined =>
  isKnown(work) && work.value?.verb === 'failover-test' ? work.value : undefined

/** What a drill does itself and takes back: to mend it by hand would cross the drill. Two writers are no such thing. */
const drillsDoing = new Set(['role-state', 'role-ill', 'roles-together', 'roles-home', 'standby-usable', 'alarms'])

/** The writer is not where it was deployed to. */
const away = (it: Observation): boolean =>
  it.roles.some(({ kind, expected, actual }) => {
    const places = usable(it, actual)?.value.places ?? []
    return kind === 'writer' && expected !== undefined && !places.includes(expected)
  })

/** Everything that the rules find, blockers first, then what is unknown, then warnings. */
export function findings(it: Observation): Finding[] {
  const meant = (rule: string, { level }: Judged): boolean =>
    drilling(it) !== undefined && drillsDoing.has(rule) && level !== 'unknown'
  const all = Object.entries(rules).flatMap(([rule, judge]) =>
    judge(it).flatMap((found) => (meant(rule, found) ? [] : { rule, ...found })),
  )
  const order: Level[] = ['blocker', 'unknown', 'warning']
  return all.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
}
