import { DrCommand } from '../lib/command.ts'
import { awsFlags, everyFlags, exitCodeHelp, regionFlags, suffixFlag } from '../lib/flags.ts'
import { targeted } from '../lib/session.ts'
import { environments, status } from '../lib/verbs/status.ts'
import { environmentsText, statusText } from '../lib/views/status.ts'

export default class Status extends DrCommand {
  static override summary =
    'Say whether an environment can fail over now; without a suffix, which environments there are.'
  static override description = `The first line says whether, where to and at what loss a failover is possible now; then roles, stack instances, secrets, who works on it, the last release. What is unknown is never ready.\n\n${exitCodeHelp}`
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --suffix pr123']
  static override flags = { ...suffixFlag, ...regionFlags, ...awsFlags, ...everyFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(Status)
    const session = await this.open(flags, true)
    if (session.settings.suffix === undefined) {
      const list = await environments(session)
      return this.show('status', session, { environments: list }, () => environmentsText(list, this.paint))
    }
    const target = targeted(session)
    const found = await status(target)
    const { snapshot: _, ...told } = found
    this.show('status', target, told, () => statusText(found, this.paint, this.width))
    process.exitCode = found.exit
  }
}
