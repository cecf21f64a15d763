import { DrCommand } from '../lib/cli/command.ts'
import {
  awsFlags,
  consentFlags,
  everyFlags,
  exitCodeHelp,
  regionFlags,
  roleFlags,
  wantedFlags,
} from '../lib/cli/flags.ts'
import { Flags } from '@oclif/core'
import { targeted } from '../lib/load/session.ts'
import { bootstrap } from '../lib/runs/bootstrap.ts'

export default class Bootstrap extends DrCommand {
  static override summary = 'Prepare an account, once: roles of StackSets and one artifact bucket per region.'
  static override description = `Makes a plain stack dr-bootstrap in each region of the system, and a stack dr-rights-<system> with the rights that its templates need. --parameter counts for these rights, for example a secret under a name of your own. Running it again updates it or does nothing.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> bootstrap',
    '<%= config.bin %> bootstrap --system payments --profile admin',
    '<%= config.bin %> bootstrap --permissions-boundary arn:aws:iam::111122223333:policy/dr-boundary',
    '<%= config.bin %> bootstrap --direct-caller arn:aws:iam::111122223333:role/break-glass',
    '<%= config.bin %> bootstrap --system records --parameter DatabaseSecretName=team/records',
    '<%= config.bin %> bootstrap --remove',
  ]
  static override flags = {
    remove: Flags.boolean({ summary: 'Remove it again, artifacts and records included.' }),
    parameter: wantedFlags.parameter,
    ...roleFlags,
    ...regionFlags,
    ...consentFlags,
    ...awsFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Bootstrap)
    const opened = await this.open(flags)
    const session = targeted({ ...opened, settings: { ...opened.settings, suffix: 'none' }, environment: undefined })
    const { remove, 'permissions-boundary': boundary, 'direct-caller': callers } = flags
    await this.operate('bootstrap', session, flags, (run) => bootstrap(run, session, { remove, boundary, callers }))
  }
}
