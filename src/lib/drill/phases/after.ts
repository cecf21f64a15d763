// Back to what was, and proof of it: every step undone, the service well, nothing of the drill left.
import { begunAt, type Done, type Running, stepOf } from '../running.ts'
import { unwell } from './before.ts'

/** Undoes a step, whatever wants the drill to end: only what was seen to be normal counts as undone. */
export async function failback(it: Running, name: string): Promise<Done> {
  const { step, action } = stepOf(it, name)
  const note = await action.restore(step, it.ground)
  const condition = await action.observe(step, it.ground)
  if (condition !== 'normal')
    throw new Error(`${note}, but it is ${condition === 'injected' ? 'still injected' : 'in an unknown state'}`)
  return { note }
}

/** The same steady state as before, where anything was injected. */
export async function steadyAfter(it: Running): Promise<Done> {
  const { plan, watching, clock } = it
  if (begunAt(it, 'inject') === undefined) return { note: 'nothing was injected' }
  if (!watching.isRunning) await watching.start(begunAt(it, 'steady-before'))
  // The name follows its health checks some minutes after they are well: the look begins when it does.
  const until = clock.now() + Math.max(plan.steadySeconds, plan.objectives.rtoSeconds) * 1000
  let from = clock.now()
  let bad = ['nothing was looked at yet']
  while (clock.now() < until && (bad.length > 0 || clock.now() - from < plan.steadySeconds * 1000)) {
    await clock.sleep(15_000)
    bad = watching.probes.flatMap((one) => unwell(one, from) ?? [])
    if (bad.length > 0) from = clock.now()
  }
  if (bad.length > 0 || clock.now() - from < plan.steadySeconds * 1000)
    throw new Error(`not as before: ${bad.join('; ') || 'the service was well for too short a time'}`)
  await watching.look('failback', 'from', ({ exposure }) => !exposure)
  await watching.look('failback', 'to', ({ exposure }) => exposure ?? false)
  const writers = await it.world.writers()
  if (writers && writers.length !== 1) throw new Error(`${writers.length} places write: ${writers.join(', ')}`)
  // Between zones a swap is as good as before; between regions a drill begins at home and ends there.
  const home = plan.regions.primary
  if (writers && home !== undefined && writers[0] !== home) throw new Error(`${writers[0]} writes, not ${home}`)
  return { note: `as before for ${plan.steadySeconds} s${writers ? ` · ${writers.join()} writes` : ''}` }
}

/** Removes what the probes wrote. What stays is told: it is no customer's. */
export async function reconcile(it: Running): Promise<Done> {
  const { watching } = it
  // A drill that was refused touches nothing, not even to clean up.
  if (begunAt(it, 'steady-before') === undefined) return { note: 'the probes wrote nothing' }
  await watching.stop()
  const left = await watching.remove()
  return {
    note: left.length === 0 ? 'what the probes wrote is gone' : `could not remove what ${left.join(', ')} wrote`,
  }
}

/** The dead man goes and the environment is free again. */
export async function disarm(it: Running): Promise<Done> {
  return { note: it.plan.inject.length === 0 ? 'nothing was armed' : await it.safety.disarm() }
}
