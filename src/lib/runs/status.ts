// `dr status`: whether an environment can fail over now, and its state; without a suffix, the list of environments.
import { unlessSilent } from '../aws/silence.ts'
import { type Clock, realClock } from '../core/clock.ts'
import { DrError } from '../core/errors.ts'
import { type Environment, lastRelease, listEnvironments } from '../load/environment.ts'
import { observe, type Snapshot, stageOutputs } from '../observe/observe.ts'
import { flatOutputs } from '../report/outputs.ts'
import { startRun } from '../core/run.ts'
import type { Session, TargetSession } from '../load/session.ts'
import { keep, recall } from '../status/memory.ts'
import { observation } from '../status/observe.ts'
import { remembered } from '../status/remember.ts'
import { judge } from '../status/verdict.ts'
import type { Status } from '../status/status.ts'

/** What is looked at beside what can be read at once. */
export interface Deep {
  signal: AbortSignal
  /** Receives what is being checked. */
  tell(what: string): void
}

/** Reads; changes nothing. Exit 0 ready, 7 unknown, 8 nothing deployed, 9 not ready, 10 a drill or failover runs or is held. */
export async function status(opened: TargetSession, deep?: Deep): Promise<Status> {
  // The screen names every region, also those that were not asked.
  const { only: _, ...whole } = opened.target
  const session = { ...opened, target: whole }
  const { aws, home, target, simulated, buckets } = session
  const place = { system: target.system.name, suffix: target.suffix }
  const [snapshot, release] = await Promise.all([
    unlessSilent(observe(aws, home, target)),
    lastRelease(aws, buckets, place),
  ])
  const { values, missing } = flatOutputs(target, aws.account, simulated, stageOutputs(target, snapshot?.stages ?? {}))
  // A silent region gives no outputs; what was recorded still names what it shares with the other.
  const troubles = deep && (await looked(session, snapshot, deep))
  const found = await observation(session, snapshot, { ...release?.outputs, ...values }, release)
  const seen = remembered({ ...found, ...(troubles && { troubles }) }, recall(session))
  if (seen.deployed !== false) keep(session, seen)
  return { ...judge(seen), observation: seen, snapshot, release, outputs: values, missing }
}

async function looked(
  session: TargetSession,
  snapshot: Snapshot | undefined,
  { signal, tell }: Deep,
): Promise<string[]> {
  const { deepLooks } = await import('../status/deep.ts')
  const troubles: string[] = []
  for (const { name, look } of deepLooks) {
    tell(`looking ${name}`)
    troubles.push(...(await look(session, snapshot, signal)))
  }
  if (snapshot === undefined) return troubles
  tell('looking whether numbers arrive where they must')
  return [...troubles, ...(await probed(session, signal))]
}

/** The harmless drill, which leaves a report like every drill. Gives what is wrong, in words. */
async function probed(session: TargetSession, signal: AbortSignal): Promise<string[]> {
  const { failoverTest } = await import('./failover-test.ts')
  const run = startRun('failover-test', session.aws.clock, signal, [], async () => undefined)
  const harmless = { scenario: 'probe', mode: undefined, yes: true, allowDataLoss: false }
  try {
    const { exit, verdict } = await failoverTest(run, session, harmless)
    return exit === 0 ? [] : [verdict]
  } catch (error) {
    if (!(error instanceof DrError)) throw error
    return [`the harmless drill: ${error.message}`]
  }
}

/** How to look more than once. */
export interface Watching extends Deep {
  /** Seconds between two looks; undefined for one look only. */
  every?: number | undefined
  /** The first look goes deep. */
  deep: boolean
}

/** One look, or one after the other until asked to leave, which is how they end. */
export async function* looks(
  session: TargetSession,
  { signal, tell, every, deep }: Watching,
  clock: Clock = realClock,
): AsyncGenerator<Status> {
  yield await status(session, deep ? { signal, tell } : undefined)
  if (every === undefined) return
  while (!signal.aborted) {
    // Leaving ends the waiting, and nothing is wrong with that.
    await clock.sleep(every * 1000, signal).catch(() => undefined)
    if (!signal.aborted) yield await status(session)
  }
}

/** All recorded environments of the account. */
export const environments = (session: Session): Promise<Environment[]> => listEnvironments(session.aws, session.buckets)
