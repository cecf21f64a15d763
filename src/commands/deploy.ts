import { DrCommand } from '../lib/cli/command.ts'
import {
  awsFlags,
  consentFlags,
  everyFlags,
  exitCodeHelp,
  regionFlags,
  replaceFlags,
  releaseFlags,
  secretFlags,
  suffixFlag,
  survivalFlags,
  waitFlags,
  wantedFlags,
} from '../lib/cli/flags.ts'
import { type Planned, shown } from '../lib/plan/plan.ts'
import { deploy } from '../lib/runs/deploy.ts'

export default class Deploy extends DrCommand {
  static override summary = 'Create or update an environment, wait for it and write its outputs.'
  static override description = `Uploads the templates, brings every stack set to what they say, and reads from AWS whether that holds.\nRunning it again resumes or does nothing.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> deploy --suffix pr123',
    '<%= config.bin %> deploy --suffix pr123 --local',
    '<%= config.bin %> deploy --system records --suffix pr123 --create-secret',
    '<%= config.bin %> deploy --suffix pr123 --parameter MemorySize=1024',
    '<%= config.bin %> deploy --suffix live --release r3',
    '<%= config.bin %> deploy --suffix live --region us-west-2',
    '<%= config.bin %> deploy --suffix live --allow-replace Documents/Bucket',
    '<%= config.bin %> deploy --suffix live --scale large --primary us-east-2 --failover us-west-1',
  ]
  static override flags = {
    ...suffixFlag,
    ...wantedFlags,
    ...secretFlags,
    ...regionFlags,
    ...consentFlags,
    ...replaceFlags,
    ...waitFlags,
    ...survivalFlags,
    ...releaseFlags,
    ...awsFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Deploy)
    const session = await this.openTarget(flags)
    const consent = { yes: flags.yes, allowReplace: flags['allow-replace'] }
    const { planText } = await import('../lib/views/plan.ts')
    const show = ({ plan, usualSeconds, differences, unchecked }: Planned): void =>
      this.write(
        `\n${planText({ stages: shown(plan), usualSeconds, differences, unchecked }, this.paint, this.width)}\n`,
      )
    await this.operate('deploy', session, flags, (run) =>
      deploy(run, session, this.interactive ? { ...consent, show } : consent),
    )
  }
}
