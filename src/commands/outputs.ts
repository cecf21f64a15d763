import { DrCommand } from '../lib/cli/command.ts'
import { awsFlags, everyFlags, exitCodeHelp, regionFlags, suffixFlag } from '../lib/cli/flags.ts'
import { outputs } from '../lib/runs/outputs.ts'

export default class Outputs extends DrCommand {
  static override summary = 'Print the outputs of an environment and write cfn-outputs/ again.'
  static override description = `Prints the same JSON map that it writes to cfn-outputs/flat-outputs.json.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> outputs --suffix pr123',
    '<%= config.bin %> outputs --suffix pr123 | jq -r .PrimaryVpcId',
  ]
  static override flags = { ...suffixFlag, ...regionFlags, ...awsFlags, ...everyFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(Outputs)
    const session = await this.openTarget(flags)
    const { values, missing, files } = await outputs(session)
    this.write(JSON.stringify(values, undefined, 2))
    for (const file of files) process.stderr.write(`wrote ${file}\n`)
    if (missing.length > 0) process.stderr.write(`not all there, nothing written; missing: ${missing.join(', ')}\n`)
    process.exitCode = missing.length > 0 ? 9 : 0
  }
}
