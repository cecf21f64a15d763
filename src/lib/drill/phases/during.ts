// From the injection to the last look on the surviving side.
import type { DrillPlan } from '../drill.ts'
import { consecutive, measureRecovery, sustained } from '../measure/recovery.ts'
import { type Done, injectedAt, type Running, stepOf, waitUntil } from '../running.ts'
import type { Watched } from '../watching.ts'

/** So long one looks whether anybody notices, ms: three health checks of 30 s, and the name's time to live. */
const noticed = 180_000

export async function inject(it: Running, name: string): Promise<Done> {
  const { step, action } = stepOf(it, name)
  let began: number | undefined
  const ground = { ...it.ground, signal: it.turn.signal, began: () => (began ??= it.clock.now()) }
  const note = await action.inject(step, ground)
  const at = began ?? it.clock.now()
  if (injectedAt(it) === undefined) await it.watching.look('verify', 'to', ({ exposure }) => exposure ?? false)
  return { note, data: { began: at } }
}

const measuring = (it: Running, what: 'RTO'): Running['watching']['probes'] =>
  it.watching.probes.filter(({ plan }) => plan.measures.includes(what))

/** Waits until a probe sees the fault: nobody helps. */
export async function detect(it: Running): Promise<Done> {
  const at = injectedAt(it)
  if (at === undefined) return { note: 'nothing was injected' }
  const effect = (): number | undefined =>
    measuring(it, 'RTO')
      .flatMap((one) => measureRecovery(it.watching.history(one, at)).effect ?? [])
      .toSorted((a, b) => a - b)[0]
  const watched = measuring(it, 'RTO').length > 0
  if (watched) await waitUntil(it, noticed, () => effect() !== undefined)
  const first = effect()
  const alarms = (await it.world.alarms()).filter(({ state }) => state === 'firing').map(({ alarm }) => alarm)
  const told = alarms.length > 0 ? ` · ${alarms.join(', ')} fires` : ''
  if (!watched) return { note: `no probe watches for an outage here${told}` }
  return {
    note: first === undefined ? `no probe saw it${told}` : `first failure after ${(first / 1000).toFixed(1)} s${told}`,
  }
}

/** Longer than this nobody waits for a recovery, ms: half as long again as the objective, and until it has held. */
const patience = ({ objectives }: DrillPlan): number => objectives.rtoSeconds * 1500 + noticed + sustained

/** Waits until every probe that measures it has its service back for good; says whether. */
async function back(it: Running): Promise<boolean> {
  const at = injectedAt(it) ?? it.clock.now()
  const moved = it.watching.probes.filter(({ plan }) => plan.measures.includes('switch'))
  return waitUntil(it, Math.max(0, at + patience(it.plan) - it.clock.now()), () => {
    const held = measuring(it, 'RTO').every((one) => {
      const history = it.watching.history(one, at)
      const { effect, recovered } = measureRecovery(history)
      if (recovered !== undefined) return true
      // A fault that nobody felt must still be watched for as long as a recovery must hold.
      const quiet = history.operations.filter(({ sent }) => sent >= at)
      return effect === undefined && quiet.length >= consecutive && it.clock.now() - at > sustained + noticed
    })
    return (
      held && moved.every(({ operations }) => operations.some(({ sent, outcome }) => sent >= at && outcome === 'ok'))
    )
  })
}

/** With a step: what people or runbooks do. Without: waits for the system to recover by itself. */
export async function recover(it: Running, name: string | undefined): Promise<Done> {
  if (injectedAt(it) === undefined) return { note: 'nothing was injected' }
  if (name !== undefined) {
    const { step, action } = stepOf(it, name)
    return { note: await action.inject(step, { ...it.ground, signal: it.turn.signal }) }
  }
  return { note: (await back(it)) ? 'service is back and stays' : 'service was not seen to be back' }
}

/**
 * Where nothing was injected, what is under way to the other side at the first look is waited for: it comes, or is lost.
 * Only what was acknowledged before that look counts.
 */
async function arrived({ watching, clock, turn }: Running): Promise<void> {
  const until = clock.now() + sustained
  const from = clock.now()
  const isThere = ({ found, operations }: Watched): boolean =>
    operations.every(({ sequence, outcome, ended }) => outcome !== 'ok' || ended > from || found.verify?.has(sequence))
  for (;;) {
    await watching.look('verify', 'to')
    const writing = watching.probes.filter(({ found }) => found.verify)
    for (const one of writing) one.verifiedAt = from
    if (writing.every(isThere) || clock.now() >= until) return
    await clock.sleep(2_000, turn.signal)
  }
}

/** Looks which writes survived. */
export async function verify(it: Running): Promise<Done> {
  const at = injectedAt(it)
  if (at !== undefined) await back(it)
  if (at === undefined) await arrived(it)
  else await it.watching.look('verify', 'to', ({ exposure }) => !exposure)
  const looked = it.watching.probes.filter(({ found }) => found.verify)
  const lost = looked.map((one) => {
    const { operations } = it.watching.history(one, at ?? 0, one.verifiedAt)
    const acknowledged = operations.filter(({ outcome }) => outcome === 'ok')
    return {
      of: acknowledged.length,
      gone: acknowledged.filter(({ sequence }) => !one.found.verify?.has(sequence)).length,
    }
  })
  const sum = (key: 'of' | 'gone'): string => lost.reduce((all, one) => all + one[key], 0).toLocaleString('en-US')
  if (looked.length === 0) return { note: 'no probe writes here, so nothing could be lost' }
  return { note: `${sum('gone')} of ${sum('of')} acknowledged writes are not there` }
}
