// confirm: what a drill may break, agreed to by a person or by flags.
import type { DrillPlan } from '../drill/drill.ts'
import { DrError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { TargetSession } from '../load/session.ts'
import { alarmsOf, type GuardState } from '../drill/alarms.ts'

export interface DrillConsent {
  yes: boolean
  allowDataLoss: boolean
  /** Shows the plan on a terminal before a question is asked. */
  show?: ((plan: DrillPlan, guards: GuardState[]) => void) | undefined
}

const refuse = (message: string, hint: string): DrError =>
  new DrError('NotAgreed', 3, `${message}; nothing was changed`, hint)

/**
 * What only writes numbers of its own needs no consent; what interrupts wants the system's name or `--yes`; what may
 * lose data wants `--allow-data-loss` as well, and is refused where dr.yaml protects the environment.
 * @throws DrError exit 3
 */
export async function agreedDrill(
  run: Run,
  session: TargetSession,
  plan: DrillPlan,
  { yes, allowDataLoss, show }: DrillConsent,
): Promise<void> {
  if (plan.class === 'L0' || plan.class === 'L1') return
  const { target, settings } = session
  const name = target.system.name
  if (plan.class === 'L4') {
    if (settings.protect)
      throw refuse(
        `dr.yaml protects ${name} · ${target.suffix}, and this drill may lose data`,
        'choose --mode graceful, or take protect out of dr.yaml',
      )
    if (!allowDataLoss)
      throw refuse(
        'this drill loses what was not replicated yet',
        'agree with --allow-data-loss, or choose --mode graceful',
      )
  }
  if (show) show(plan, await alarmsOf(session, plan))
  if (yes) return
  const answer = await run.ask(`Type the system's name (${name}) to start the drill: `)
  if (answer === name) return
  throw answer === undefined
    ? refuse(
        `an ${plan.class} drill interrupts the service: ${plan.interruption}`,
        'agree with --yes, or look first with --dry-run',
      )
    : refuse(`"${answer}" is not ${name}`, `type ${name}, or look first with --dry-run`)
}
