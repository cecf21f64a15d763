import { DrCommand } from '../lib/cli/command.ts'
import { actions } from '../lib/drill/actions/index.ts'
import type { DrillPlan } from '../lib/drill/drill.ts'
import { awsFlags, consentFlags, drillFlags, everyFlags, exitCodeHelp, suffixFlag } from '../lib/cli/flags.ts'
import type { GuardState } from '../lib/drill/alarms.ts'

export default class FailoverTest extends DrCommand {
  static override summary = 'Drill a failover: measure recovery and lost writes, fail back, keep evidence.'
  static override description = `Without --scenario it only writes numbers of its own and looks whether they arrive (L1). What it injects it reverts, also on Ctrl-C; the evidence is written to dr-evidence/ and beside the artifacts.\nA drill of class L2, L3 or L4 asks for the system's name; without a terminal it needs --yes. L4 always needs --allow-data-loss as well. --list shows the class of each drill.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> failover-test --suffix pr123',
    '<%= config.bin %> failover-test --suffix pr123 --list',
    '<%= config.bin %> failover-test --system records --suffix pr123 --scenario database --dry-run',
    '<%= config.bin %> failover-test --system payments --suffix pr123 --scenario region --mode ungraceful --allow-data-loss --approved-by "J. Doe"',
    '<%= config.bin %> failover-test --suffix pr123 --resume d-2026-11-20T03-12-44Z',
  ]
  static override flags = {
    ...suffixFlag,
    ...drillFlags,
    ...consentFlags,
    ...awsFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(FailoverTest)
    const { scenario, mode, resume } = flags
    if (flags.list) return this.list(flags)
    const { failoverTest, previewed } = await import('../lib/runs/failover-test.ts')
    const { drillPlanText } = await import('../lib/views/drill.ts')
    const planText = (plan: DrillPlan, guards: GuardState[]): string => drillPlanText(plan, actions, guards, this.width)
    const session = await this.openTarget(flags)
    if (flags['dry-run']) {
      const { plan, guards } = await previewed(session, { scenario, mode })
      return this.show('failover-test', session, { plan, guards }, () => planText(plan, guards))
    }
    await this.operate('failover-test', session, flags, (run) =>
      failoverTest(run, session, {
        scenario,
        mode,
        yes: flags.yes,
        allowDataLoss: flags['allow-data-loss'],
        approvedBy: flags['approved-by'],
        resume,
        show: this.interactive ? (...it) => this.write(`\n${planText(...it)}\n`) : undefined,
      }),
    )
  }

  /** Reads files alone: it needs neither credentials nor an environment. */
  private async list(flags: Parameters<FailoverTest['settings']>[0]): Promise<void> {
    const settings = this.settings(flags)
    const { listed } = await import('../lib/runs/failover-test.ts')
    const { drillList } = await import('../lib/views/drill.ts')
    const { files, classOf } = listed(settings)
    if (this.json) return this.writeJson('failover-test', { system: settings.system, drills: files })
    this.write(`${settings.system} can drill:\n\n${drillList(files, classOf, this.width)}`)
  }
}
