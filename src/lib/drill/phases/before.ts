// Before anything is injected: may it begin, is the service well, and what holds if nobody returns.
import { DrError } from '../../core/errors.ts'
import { plural } from '../../core/words.ts'
import type { Done, Running } from '../running.ts'
import { stepOf } from '../running.ts'
import type { Watched } from '../watching.ts'

/** So many of the operations of a well service succeed. */
const well = 0.999
/** Of the RPO: a copy that is further behind than this in quiet times proves nothing in a drill. */
const quiet = 0.2
const lookEvery = 30_000
/** Beyond the drill's own time, before the dead man acts, s. */
const grace = 300

const refused = (message: string): DrError =>
  new DrError('NotReady', 3, `${message}; nothing was injected`, 'see: dr status')

/** Looks at every step's target, at the alarms and at what else could be in the way. */
export async function preflight(it: Running): Promise<Done> {
  const { plan, ground, world, guards } = it
  const steps = [...plan.inject, ...plan.recover]
  for (const { name } of steps) {
    const { step, action } = stepOf(it, name)
    const condition = await action.observe(step, ground)
    if (condition !== 'normal')
      throw refused(
        `${name} in ${step.region} is ${condition === 'injected' ? 'injected already' : 'in an unknown state'}`,
      )
  }
  const obstacles = plan.inject.length > 0 ? await world.obstacles() : []
  if (obstacles.length > 0) throw refused(obstacles.join('; '))
  const alarms = await world.alarms()
  const firing = alarms.filter(({ state }) => state === 'firing').map(({ alarm }) => alarm)
  if (firing.length > 0) throw refused(`${firing.join(', ')} fire${firing.length === 1 ? 's' : ''} already`)
  const missing = alarms.filter(({ state }) => state === 'missing').map(({ alarm }) => alarm)
  if (missing.length > 0) throw refused(`there is no alarm ${missing.join(', ')} to guard the drill`)
  const armed = alarms.map(({ region, alarm, state }) => ({
    name: alarm,
    armed: state === 'ok',
    tripped: false,
    detail:
      state === 'ok'
        ? `quiet in ${region}`
        : `has not enough data in ${region}, so it could not have stopped the drill`,
  }))
  guards.splice(0, guards.length, ...armed)
  return { note: `${plural(steps.length + alarms.length + 1, 'check')}, no obstacle` }
}

/** What is wrong with what a probe saw from `from` on (ms); undefined when all is well. */
export function unwell({ plan, operations }: Watched, from: number): string | undefined {
  const seen = operations.filter(({ sent }) => sent >= from)
  const good = seen.filter(({ outcome }) => outcome === 'ok')
  if (plan.measures.includes('switch'))
    return good.length > 0 ? `${plan.name}: the name leads to ${plan.to} already` : undefined
  if (seen.length === 0) return `${plan.name} has seen nothing`
  return good.length < seen.length * well ? `${plan.name}: ${good.length} of ${seen.length} were ok` : undefined
}

/** Lets the probes run and wants all of them well; gives how many operations that were. */
async function watch(it: Running): Promise<string> {
  const { plan, watching, clock, turn } = it
  const from = clock.now()
  const until = from + plan.steadySeconds * 1000
  while (clock.now() < until) {
    await clock.sleep(Math.min(lookEvery, until - clock.now()), turn.signal)
    await watching.lookForLag()
  }
  const bad = watching.probes.flatMap((one) => unwell(one, from) ?? [])
  if (bad.length > 0) throw refused(bad.join('; '))
  const all = watching.probes.flatMap(({ operations }) => operations.filter(({ sent }) => sent >= from))
  return `${all.filter(({ outcome }) => outcome === 'ok').length.toLocaleString('en-US')} operations ok`
}

export async function steadyBefore(it: Running): Promise<Done> {
  const { plan, watching } = it
  await watching.start()
  const seen = await watch(it)
  const limit = plan.objectives.rpoSeconds * 1000 * quiet
  const lags = watching.probes.flatMap(({ plan: { name }, lags: all }) =>
    all.length === 0 ? [] : [{ name, lag: Math.max(...all.map(({ lag }) => lag)) }],
  )
  const late = lags.find(({ lag }) => lag > limit)
  if (late) throw refused(`${late.name} is ${Math.round(late.lag / 1000)} s behind, a fifth of the RPO is the most`)
  const worst =
    lags.length > 0 ? ` · at most ${(Math.max(...lags.map(({ lag }) => lag)) / 1000).toFixed(1)} s behind` : ''
  return { note: `${plan.steadySeconds} s · ${seen}${worst}` }
}

/** When the dead man acts unless he is told otherwise, ms. */
export const deadline = ({ clock, plan }: Pick<Running, 'clock' | 'plan'>): number =>
  clock.now() + (plan.maxSeconds + grace) * 1000

export async function arm(it: Running): Promise<Done> {
  if (it.plan.inject.length === 0) return { note: 'nothing to arm: nothing is injected' }
  const dead = await it.safety.arm(deadline(it))
  return { note: `${plural(it.guards.filter(({ armed }) => armed).length, 'alarm')} · ${dead}` }
}
