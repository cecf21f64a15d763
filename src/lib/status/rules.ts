// Pure: what keeps an environment from failing over, what nobody knows, and what is merely not good. One rule, one
// question; a rule that has nothing to say gives nothing.
import { leaseMs } from '../execute/lock.ts'
import { direction } from './direction.ts'
import {
  blocker,
  doubt,
  dr,
  faultOfSource,
  isLeft,
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
import { type Fact, isKnown, type Lag, type Observation, type Work } from './observation.ts'
import { quality } from './quality.ts'

/** Shares of the RPO: at half of it somebody should look, at all of it the objective would be missed. */
const lagWarns = 0.5

/** A run that hangs on a lost region keeps its lock: after the lease and five more minutes it is no obstacle to leaving. */
const forbidsUntil = leaseMs + 5 * 60_000

/** What is said of a fault of the region that would be left, while that is ill itself. */
const leaveIt = (it: Observation): string => `leave it until ${direction(it).from} is well again`

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
    const where = (those: typeof wrong): string => list(those.map(({ stage, region }) => `${stage} in ${region}`))
    const deploy = dr(it, 'deploy')
    const decide = wrong.filter(({ region }) => !isLeft(it, region))
    const fault = faultOfSource(it)
    // A deploy to both regions refuses to begin while one is silent.
    const alone = fault === 'silent' ? `${deploy} --region ${direction(it).to}` : deploy
    if (decide.length > 0) return [blocker(`not complete: ${where(fault ? decide : wrong)}`, alone)]
    // A failover needs nothing of the region that it leaves, and a deploy would wait for what is ill.
    return wrong.length === 0 ? [] : [warning(`not complete: ${where(wrong)}`, fault ? leaveIt(it) : deploy)]
  },

  'no-operation': (it) => {
    const { from, to } = direction(it)
    const stages = [...new Set(it.operations.map(({ stage }) => stage))]
    // An operation may go on to the other region, unless it hangs in one that is ill and the other has all of it.
    const hangs = (name: string): boolean =>
      faultOfSource(it) !== undefined &&
      it.instances.some(({ stage, region, good }) => stage === name && region === to && good)
    const [costs, decides] = [stages.filter(hangs), stages.filter((name) => !hangs(name))]
    return [
      ...(decides.length === 0 ? [] : [blocker(`being changed: ${list(decides)}`, `wait, then: ${dr(it, 'status')}`)]),
      ...(costs.length === 0 ? [] : [warning(`being changed in ${from} only: ${list(costs)}`, leaveIt(it))]),
    ]
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
    const isIll = faultOfSource(it) !== undefined
    if (work.dead)
      return [warning(`${who} no more; its lock is left`, isIll ? leaveIt(it) : `finish it: ${dr(it, work.verb)}`)]
    const held = it.at - work.since
    return isIll && held > forbidsUntil
      ? [warning(`${who} since ${plain(held)}`, `have it stopped first: it may change ${direction(it).to}`)]
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
    it.roles.flatMap(({ kind, name, expected = '', actual }) => {
      const now = usable(it, actual)?.value
      if (!now || now.good) return []
      const what = `${name} is ${now.state}`
      // The endpoint of events lies in its first region: what it does not copy there is lost with it.
      if (kind === 'bus' && faultOfSource(it) && isLeft(it, expected)) return [warning(what, leaveIt(it))]
      return [blocker(what, now.mend ?? `wait, then: ${dr(it, 'status')}`)]
    }),

  'role-ill': (it) =>
    it.roles.flatMap(({ name, actual }) => {
      const { ill, unhealthy } = usable(it, actual)?.value ?? {}
      if (ill === undefined) return []
      const gently = it.handovers?.[direction(it).to]
      // Fresh copies show that the writer lives, though its health check fails: then nothing need be lost.
      const mend =
        unhealthy && gently !== undefined && faultOfSource(it) === 'unhealthy' && isCopied(it)
          ? `its writes still arrive; what loses nothing, if it works: ${gently}`
          : 'a person decides whether to fail over'
      return [warning(`${name}: ${ill}`, mend)]
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
    const judged = faultOfSource(it) ? warning : blocker
    return [judged(`roles are apart: ${what}`, way ? `${soon}; if it stays so: ${way}` : soon)]
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
      const fault = faultOfSource(it)
      if (!seen)
        return fault && hasStopped(lag)
          ? [warning(unknownLoss(it, name, lag), 'a person decides')]
          : doubt(it, name, lag)
      // Nothing written is nothing to lose; that copying works is not shown by it either.
      if (seen.value.idle) return [warning(`${name}: no writes to replicate`, 'write something and look again')]
      const { rpoSeconds: rpo } = it.objectives
      const what = `${name} ${seen.value.seconds} s of ${rpo} s`
      // It is why one goes, and what it costs: it falls no more.
      if (fault && seen.value.seconds >= rpo * lagWarns)
        return [warning(what, `a failover loses that; it does not fall while ${direction(it).from} is ${fault}`)]
      if (seen.value.seconds >= rpo) return [blocker(what, 'wait until it falls; a failover now loses more')]
      return seen.value.seconds >= rpo * lagWarns ? [warning(what, 'find out what writes so much')] : []
    }),

  secrets: (it) =>
    it.secrets.flatMap(({ name, region, now }) => {
      const lost = it.regions.some((one) => one.region === region && !one.answered)
      const again = `look again: ${dr(it, 'status')}`
      const left = isLeft(it, region)
      const judgedUnknown = left && faultOfSource(it) ? warning : unknown
      if (!isKnown(now)) return lost ? [] : [judgedUnknown(`secret ${name} in ${region}: ${now.unknown}`, again)]
      if (now.value.fault === undefined) return []
      return [(left ? warning : blocker)(now.value.fault, now.value.mend ?? again)]
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

/** Copies of writes arrive, and within the RPO. */
const isCopied = (it: Observation): boolean =>
  it.lags.length > 0 &&
  it.lags.every(({ lag }) => {
    const seen = usable(it, lag)?.value
    return seen !== undefined && !seen.idle && seen.seconds < it.objectives.rpoSeconds
  })

/** It was measured once and is measured no more, unlike what nobody may see or looks at. */
const hasStopped = (lag: Fact<Lag>): boolean => isKnown(lag) || lag.stopped === true

function unknownLoss({ at }: Observation, name: string, lag: Fact<Lag>): string {
  const last = isKnown(lag) ? lag : lag.last
  const said = last ? `, last known ${last.value.seconds} s, ${plain(at - last.at)} ago` : ''
  return `${name}: unknown loss, ${whyNot(lag)}${said}`
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
