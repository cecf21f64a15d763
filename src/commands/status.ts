import { DrCommand } from '../lib/command.ts'
import { awsFlags, everyFlags, exitCodeHelp, regionFlags, suffixFlag } from '../lib/flags.ts'
import { targeted } from '../lib/session.ts'
import { environments, status } from '../lib/verbs/status.ts'
import { environmentsText, statusText } from '../lib/views/status.ts'

export default class Status extends DrCommand {
  static override summary = 'Show how an environment stands; without a suffix, which environments there are.'
  static override description = `Stack instances, operations under way, outputs and the last release.\n\n${exitCodeHelp}`
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --suffix pr123']
  static override flags = { ...suffixFlag, ...regionFlags, ...awsFlags, ...everyFlags }

  async run(): Promise<void> {
    const { flags } = await this.parse(Status)
    const session = await this.open(flags)
    if (session.settings.suffix === undefined) {
      const list = await environments(session)
      return this.show('status', session, { environments: list }, () => environmentsText(list, this.paint))
    }
    const target = targeted(session)
    const found = await status(target)
    this.show('status', target, { ...found }, () => statusText(found, session.aws.clock.now(), this.paint, this.width))
    process.exitCode = found.exit
  }
}
