// `--deep`: what must be begun before it can be read. Each look leaves its result at AWS, where the readers of status
// find it; none changes anything that the environment is made of, so none takes the lock.
import type { DriftLook } from '../aws/drift.ts'
import { regionsOf } from '../load/environment.ts'
import { isBug } from '../core/errors.ts'
import type { Region } from '../core/model.ts'
import type { Snapshot } from '../observe/observe.ts'
import type { TargetSession } from '../load/session.ts'
import { ownStacks } from './observe-drift.ts'

/** Something to look at that takes minutes. */
interface DeepLook {
  /** Follows "looking". */
  name: string
  /** Looks and waits for the end of it. Gives what could not be looked at, in words. Throws only faults of dr itself. */
  look(session: TargetSession, snapshot: Snapshot | undefined, signal: AbortSignal): Promise<string[]>
}

/** ms between two questions whether a look has ended. */
const pauseMs = 5_000
/** ms after which a look is given up; CloudFormation says "several minutes". */
const patienceMs = 900_000

const driftLook: DeepLook = {
  name: 'for drift, stack by stack',
  look: async (session, snapshot, signal) => {
    const begun = (await Promise.all(regionsOf(session.target).map((it) => begin(session, snapshot, it)))).flat()
    const until = session.aws.clock.now() + patienceMs
    let running = begun.filter(({ state }) => state === 'running')
    while (running.length > 0 && session.aws.clock.now() < until) {
      await session.aws.clock.sleep(pauseMs, signal)
      await Promise.all(running.map((it) => goOn(session, it)))
      running = running.filter(({ state }) => state === 'running')
    }
    for (const it of running) it.reason = 'no end in 15 min'
    return begun.flatMap(({ where, state, reason }) =>
      state === 'complete' ? [] : [`drift of ${where}: ${reason ?? 'it failed'}`],
    )
  },
}

/** All deep looks, in order. */
export const deepLooks: readonly DeepLook[] = [driftLook]

/** A look at one stack, as far as it is. */
interface Begun extends DriftLook {
  id: string
  region: Region
  where: string
}

/** Begins a look at every stack of a region; one that is refused has failed. */
async function begin(session: TargetSession, snapshot: Snapshot | undefined, region: Region): Promise<Begun[]> {
  const drift = await session.aws.drift(region)
  const stacks = await reasoned(() => ownStacks(session, region, snapshot))
  if (typeof stacks === 'string') return [{ id: '', region, where: region, state: 'failed', reason: stacks }]
  return Promise.all(
    stacks.map(async ({ id, path }): Promise<Begun> => {
      const where = `${path} in ${region}`
      const begun = await reasoned(async () => ({ id: await drift.begin(id) }))
      if (typeof begun === 'string') return { id: '', region, where, state: 'failed', reason: begun }
      return { ...begun, region, where, state: 'running' }
    }),
  )
}

async function goOn({ aws }: TargetSession, it: Begun): Promise<void> {
  const now = await reasoned(async () => (await aws.drift(it.region)).look(it.id))
  Object.assign(it, typeof now === 'string' ? { state: 'failed', reason: now } : now)
}

/** The answer, or why there is none. Throws faults of dr itself. */
async function reasoned<T extends object>(ask: () => Promise<T>): Promise<T | string> {
  try {
    return await ask()
  } catch (error) {
    if (isBug(error) || !(error instanceof Error)) throw error
    return error.message
  }
}
