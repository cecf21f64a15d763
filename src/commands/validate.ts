import { Flags } from '@oclif/core'
import { DrCommand } from '../lib/cli/command.ts'
import { everyFlags, exitCodeHelp, regionFlags, suffixFlag, wantedFlags } from '../lib/cli/flags.ts'
import { validateSystems } from '../lib/runs/validate.ts'
import { findingsText } from '../lib/views/findings.ts'

export default class Validate extends DrCommand {
  static override summary = 'Check templates offline, for every region and role; no credentials needed.'
  static override description = `Schemas, policy and naming rules, quotas, wiring between stages, names that would collide across regions.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> validate',
    '<%= config.bin %> validate --all',
    '<%= config.bin %> validate --templates ./my-cfn --suffix pr123 --scale large',
  ]
  static override flags = {
    all: Flags.boolean({ summary: 'Every system there is, not only the chosen one.' }),
    ...suffixFlag,
    ...wantedFlags,
    ...regionFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Validate)
    const result = await validateSystems(this.settings(flags), flags.all)
    if (this.json) this.writeJson('validate', result)
    else this.write(findingsText(result, this.paint, this.width))
    process.exitCode = result.exit
  }
}
