// Runs a plan under the lock and with the run's events told: what deploy, destroy and bootstrap share.
import type { Action, Context, Ended } from './actions/action.ts'
import { DrError, isBug } from '../core/errors.ts'
import type { EventBody } from '../core/events.ts'
import { execute, type Outcome } from './execute.ts'
import { acquire, forsaken, holder, type Lock, type Place } from './lock.ts'
import { withoutAccount } from '../core/names.ts'
import type { Plan, PlanStage } from '../plan/plan.ts'
import type { Run } from '../core/run.ts'
import type { TargetSession } from '../load/session.ts'

/** Thrown by the abort signal: somebody asked us to leave. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

/** Does `work` while holding the environment's lock, which is released whatever happens. */
export async function locked<T>(run: Run, session: TargetSession, work: (lock: Lock) => Promise<T>): Promise<T> {
  const lock = await acquire(placeOf(session), holder(run.verb, run.id, run.startedAt))
  try {
    return await work(lock)
  } finally {
    await lock.release()
  }
}

/** Whether a run died on this environment and nobody has finished its work since. */
export const leftBehind = async (session: TargetSession): Promise<boolean> =>
  session.buckets[session.home] !== undefined && (await forsaken(placeOf(session)))

const placeOf = ({ aws, home, buckets, target }: TargetSession): Place => ({
  aws,
  region: home,
  bucket: buckets[home] ?? '',
  target,
})

/** Executes the plan; `action` gives the action of each of its stages. */
export function operate(
  run: Run,
  session: TargetSession,
  lock: Pick<Lock, 'hold' | 'keep'>,
  plan: Plan,
  action: (context: Context, stage: PlanStage) => Action,
): Promise<Outcome[]> {
  const { aws, target, home } = session
  const { hold, keep } = lock
  const context = {
    aws,
    target,
    home,
    hold,
    keep,
    signal: run.signal,
    patienceMs: session.settings.timeoutMinutes * 60_000,
    stopOnLeaving: session.settings.stopOnLeaving,
  }
  return execute(plan, {
    clock: run.clock,
    signal: run.signal,
    tell: (event) => run.tell(discreet(event, aws.account)),
    run: (stage) => action(context, stage),
    explain: (error) => explain(error, aws.account),
  })
}

/** AWS's own texts hold ARNs, and those the account. */
function discreet(event: EventBody, account: string): EventBody {
  const text = JSON.stringify(event)
  return text.includes(account) ? (JSON.parse(withoutAccount(text, account)) as EventBody) : event
}

/** How a stage ended that threw: in words for people, never a dump. */
export function explain(error: unknown, account: string): Ended {
  if (error instanceof Interrupted) return { outcome: 'interrupted', message: error.message, causes: [], error }
  if (!(error instanceof Error)) return { outcome: 'failed', message: String(error), causes: [] }
  const said = isBug(error) ? `internal error of dr: ${error.message}` : `AWS says ${error.name}: ${error.message}`
  const text = error instanceof DrError ? error.message : said
  return { outcome: 'failed', message: withoutAccount(text, account), causes: [], error }
}
