import { Flags } from '@oclif/core'
import { DrCommand } from '../../lib/cli/command.ts'
import { everyFlags, exitCodeHelp, wantedFlags } from '../../lib/cli/flags.ts'
import { executionRights } from '../../lib/runs/rights.ts'
import { unknownTypes } from '../../lib/views/rights.ts'

export default class RightsExecution extends DrCommand {
  static override summary = 'Print what the execution role must be allowed to do for a system; no credentials needed.'
  static override description = `Reads the templates, with every choice that their parameters offer, and prints the stack dr-rights-<system> as YAML: managed policies of the role dr-execution. dr bootstrap makes this stack, from systems/<system>/rights.yaml where that file exists.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> rights execution',
    '<%= config.bin %> rights execution --system payments --json',
    '<%= config.bin %> rights execution --templates ./my-cfn --system shop --write',
  ]
  static override flags = {
    write: Flags.boolean({ summary: 'Also write the file systems/<system>/rights.yaml, for review.' }),
    parameter: wantedFlags.parameter,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(RightsExecution)
    const { system, template, unknown, text, file } = executionRights(this.settings(flags), flags.write)
    if (this.json) this.writeJson('rights', { system, template, unknown: unknown.map(({ type }) => type) })
    else this.write(text.trimEnd())
    for (const line of unknownTypes(unknown)) process.stderr.write(`${line}\n`)
    if (file !== undefined) process.stderr.write(`wrote ${file}\n`)
  }
}
