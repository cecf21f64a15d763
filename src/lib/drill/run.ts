// Runs a drill: asks its journal what comes next, announces it there, does it, and says there how it ended.
import { DrError } from '../core/errors.ts'
import { duration } from '../core/words.ts'
import type { DrillPlan } from './drill.ts'
import { phases, type Phase } from './journal.ts'
import { type Standing, standing, type Task } from './next.ts'
import { failback, disarm, reconcile, steadyAfter } from './phases/after.ts'
import { arm, deadline, preflight, steadyBefore } from './phases/before.ts'
import { detect, inject, recover, verify } from './phases/during.ts'
import { begunAt, type Done, endedAt, type Running } from './running.ts'

const acts: Record<Phase, (it: Running, step: string) => Promise<Done>> = {
  preflight,
  'steady-before': steadyBefore,
  arm,
  inject,
  detect,
  recover: (it, step) => recover(it, step === '' ? undefined : step),
  verify,
  failback,
  'steady-after': steadyAfter,
  reconcile,
  disarm,
  // The evidence holds the whole journal, so it is made when this line is in it.
  report: async () => ({ note: 'the journal is complete' }),
}

/** Who hears how the drill goes on. */
export interface Told {
  begun(task: Task): void
  ended(task: Task, outcome: 'done' | 'failed', note: string): void
}

export const stepsOf = ({ inject: first, recover: then }: DrillPlan): Parameters<typeof standing>[0] => ({
  inject: first.map(({ name }) => name),
  recover: then.map(({ name }) => name),
})

const isBefore = (phase: Phase, other: Phase): boolean => phases.indexOf(phase) < phases.indexOf(other)

/** What is done with a region's fate must be in the bucket before it happens; what restores must not wait for it. */
const isEssential = ({ phase }: Task): boolean => isBefore(phase, 'detect') || phase === 'recover'

/**
 * Runs a drill to the end of what its journal asks for. Acts that fail turn it back, and so does a journal that cannot
 * be kept: nothing is thrown, since what was injected must be undone.
 */
export async function runDrill(it: Running, told: Told): Promise<Standing> {
  const ended = new AbortController()
  const minding = mind(it, ended.signal)
  try {
    for (;;) {
      const now = standing(stepsOf(it.plan), it.record.lines)
      const { why, note } = it.turn
      // Once the way back is begun, there is nothing to turn back any more.
      const isOut = now.next && isBefore(now.next.phase, 'steady-after') && begunAt(it, 'failback') === undefined
      if (isOut && why && !now.turnedBack) await it.record.add({ kind: 'turn-back', why, note }, false)
      else if (!now.next) return now
      else await perform(it, now.next, told)
    }
  } finally {
    ended.abort()
    await minding
    await it.watching.stop()
  }
}

async function perform(it: Running, task: Task, told: Told): Promise<void> {
  const named = { phase: task.phase, ...(task.step !== undefined && { step: task.step }) }
  const end = async (outcome: 'done' | 'failed', { note, data }: Done): Promise<void> => {
    await it.record.add({ kind: 'end', ...named, outcome, note, ...(data !== undefined && { data }) }, false)
    told.ended(task, outcome, note)
  }
  told.begun(task)
  try {
    await keepLock(it, task)
    await it.record.add({ kind: 'begin', ...named }, isEssential(task))
    const done = await acts[task.phase](it, task.step ?? '')
    await refuseTwoWriters(it, task)
    await end('done', done)
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error)
    if (isBefore(task.phase, 'failback')) it.turn.back('step-failed', note)
    await end('failed', { note, data: { error: error instanceof Error ? error.name : '' } })
  }
}

/** A lock that another run took ends all acts; one that cannot be renewed now keeps nobody from failing back. */
async function keepLock({ world }: Running, task: Task): Promise<void> {
  try {
    await world.keep()
  } catch (error) {
    if (isEssential(task) || (error instanceof DrError && error.code === 'LockLost')) throw error
  }
}

/** Two places that take writes lose data whatever is done later: nothing goes on from there but the way back. */
async function refuseTwoWriters(it: Running, { phase, step }: Task): Promise<void> {
  if (step === undefined || phase === 'failback') return
  const writers = await it.world.writers()
  if (writers && writers.length > 1) it.turn.back('two-writers', `${writers.join(' and ')} both write`)
}

const everyMs = 15_000

/**
 * Beside the acts: keeps the lock and the dead man quiet, and turns back when a guard fires or time is up. Each of them
 * whatever becomes of the others; what fails is tried again in a moment, and a lock that is lost stops the next act.
 */
async function mind(it: Running, ended: AbortSignal): Promise<void> {
  const { clock, world, plan } = it
  for (;;) {
    await clock.sleep(everyMs, ended).catch(() => undefined)
    if (ended.aborted) return
    const isArmed = endedAt(it, 'arm') !== undefined && begunAt(it, 'disarm') === undefined && plan.inject.length > 0
    const works = [world.keep(), ...(isArmed ? [calm(it), heed(it)] : [])]
    await Promise.allSettled(works)
  }
}

/** Lets the dead man act later while there is time; without him nobody would end the drill if this run died. */
async function calm({ turn, clock, plan, safety, record }: Running): Promise<void> {
  const armed = begunAt({ record }, 'arm') ?? clock.now()
  if (clock.now() - armed > plan.maxSeconds * 1000) {
    turn.back('guard', `it took longer than ${duration(plan.maxSeconds)}`)
    return
  }
  try {
    await safety.move(deadline({ clock, plan }))
  } catch (error) {
    if (error instanceof DrError && error.code === 'DeadManGone') turn.back('guard', error.message)
  }
}

async function heed({ turn, world, guards }: Running): Promise<void> {
  for (const { alarm, state, region } of await world.alarms()) {
    // Also one that had no data before: now it has, and they are bad.
    const guard = guards.find(({ name }) => name === alarm)
    if (state !== 'firing' || !guard || guard.tripped) continue
    guard.armed = true
    guard.tripped = true
    guard.detail = `fired in ${region}`
    turn.back('guard', `${alarm} fires in ${region}`)
  }
}
