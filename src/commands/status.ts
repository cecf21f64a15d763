import { Flags } from '@oclif/core'
import { DrCommand } from '../lib/cli/command.ts'
import { awsFlags, everyFlags, exitCodeHelp, regionFlags, suffixFlag, survivalFlags } from '../lib/cli/flags.ts'
import { targeted, type TargetSession } from '../lib/load/session.ts'
import { environments, looks } from '../lib/runs/status.ts'
import { changeLines } from '../lib/views/readiness-changes.ts'
import { environmentsText, statusText } from '../lib/views/status.ts'
import type { Status as Look } from '../lib/status/status.ts'

export default class Status extends DrCommand {
  static override summary =
    'Say whether an environment can fail over now; without a suffix, which environments there are.'
  static override description = `The first line says whether, where to and at what loss a failover is possible now; then roles, replication, stack instances, alarms, quotas, drift, backups, secrets, drills, who works on it, the last release. What is unknown is never ready. A region that does not answer is waited for three seconds; what it said last is shown with its age.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --suffix pr123',
    '<%= config.bin %> status --suffix pr123 --watch 10',
  ]
  static override flags = {
    watch: Flags.integer({
      summary: 'Look again every so many seconds until Ctrl-C; without a terminal, a line per change.',
      min: 2,
      max: 3600,
      helpValue: 'SECONDS',
    }),
    deep: Flags.boolean({
      summary: 'First look for drift in every stack, and run the harmless drill; takes minutes, changes no resource.',
    }),
    ...suffixFlag,
    region: survivalFlags.region,
    ...regionFlags,
    ...awsFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Status)
    const session = await this.open(flags, true)
    if (session.settings.suffix === undefined) {
      const list = await environments(session)
      return this.show('status', session, { environments: list }, () => environmentsText(list, this.paint))
    }
    const target = targeted(session)
    const tell = (what: string): void => void process.stderr.write(`${what} …\n`)
    await this.heard(async (signal) => {
      let before: Look | undefined
      for await (const found of looks(target, { signal, tell, every: flags.watch, deep: flags.deep })) {
        this.draw(target, found, before, flags.watch ?? 0)
        before = found
        process.exitCode = found.exit
      }
    })
  }

  private draw(target: TargetSession, found: Look, before: Look | undefined, every: number): void {
    const { snapshot: _, ...told } = found
    if (every && !this.json && !this.interactive) return changeLines(found, before).forEach((line) => this.write(line))
    if (every && this.interactive) process.stdout.write('\u001b[H\u001b[2J')
    this.show('status', target, told, () => statusText(found, this.paint, this.width, every, process.stdout))
  }
}
