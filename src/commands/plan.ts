import { Flags } from '@oclif/core'
import { DrCommand } from '../lib/command.ts'
import { awsFlags, everyFlags, exitCodeHelp, regionFlags, suffixFlag, wantedFlags } from '../lib/flags.ts'
import { hasChanges, shown } from '../lib/plan/plan.ts'
import { planned } from '../lib/verbs/planned.ts'
import { planText } from '../lib/views/plan.ts'

export default class Plan extends DrCommand {
  static override summary = 'Show what a deploy would do; changes nothing.'
  static override description = `One row per stage and region: no change, create, update or delete.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> plan --suffix pr123',
    '<%= config.bin %> plan --suffix pr123 --parameter MemorySize=1024',
    '<%= config.bin %> plan --suffix live --expect-no-changes',
  ]
  static override flags = {
    'expect-no-changes': Flags.boolean({ summary: 'Exit 9 when a deploy would change something.' }),
    ...suffixFlag,
    ...wantedFlags,
    ...regionFlags,
    ...awsFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Plan)
    const session = await this.openTarget(flags)
    const { plan, usualSeconds } = await planned(session, { schema: false })
    const stages = shown(plan)
    const exit = flags['expect-no-changes'] && hasChanges(plan) ? 9 : 0
    this.show('plan', session, { exit, stages, usualSeconds }, () => planText(stages, usualSeconds, this.paint))
    process.exitCode = exit
  }
}
