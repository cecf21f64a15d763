import { Flags } from '@oclif/core'
import { DrCommand } from '../lib/cli/command.ts'
import {
  awsFlags,
  everyFlags,
  exitCodeHelp,
  regionFlags,
  secretFlags,
  suffixFlag,
  wantedFlags,
} from '../lib/cli/flags.ts'
import { hasChanges, shown } from '../lib/plan/plan.ts'
import { planned } from '../lib/runs/planned.ts'

export default class Plan extends DrCommand {
  static override summary = 'Show what a deploy would do; changes nothing.'
  static override description = `Per stage, region and resource, nested stacks opened: what is added, changed, replaced or deleted, which rights widen, and where a new value comes from.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> plan --suffix pr123',
    '<%= config.bin %> plan --suffix pr123 --parameter MemorySize=1024',
    '<%= config.bin %> plan --suffix pr123 --format markdown > comment.md',
    '<%= config.bin %> plan --suffix live --expect-no-changes',
  ]
  static override flags = {
    format: Flags.string({
      summary: 'How to write the plan; json is the same as --json.',
      options: ['text', 'json', 'markdown'],
      default: 'text',
      helpGroup: 'OUTPUT',
    }),
    'expect-no-changes': Flags.boolean({ summary: 'Exit 9 when a deploy would change something.' }),
    ...suffixFlag,
    ...wantedFlags,
    ...secretFlags,
    ...regionFlags,
    ...awsFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Plan)
    const session = await this.openTarget({ ...flags, json: flags.json || flags.format === 'json' })
    const { plan, usualSeconds, differences, unchecked } = await planned(session, { schema: false })
    const exit = flags['expect-no-changes'] && hasChanges(plan) ? 9 : 0
    const view = { stages: shown(plan), usualSeconds, differences, unchecked }
    const [{ planText }, { planMarkdown }, { consentOf }, { refusedOf }] = await Promise.all([
      import('../lib/views/plan.ts'),
      import('../lib/views/plan-markdown.ts'),
      import('../lib/confirm/consent.ts'),
      import('../lib/confirm/kept-names.ts'),
    ])
    if (flags.format === 'markdown' && !this.json) this.write(planMarkdown(view, this.heading('plan', session)))
    else
      this.show(
        'plan',
        session,
        { exit, ...view, consent: consentOf(differences), refused: refusedOf(differences) },
        () => planText(view, this.paint, this.width),
      )
    process.exitCode = exit
  }
}
