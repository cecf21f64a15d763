import { DrCommand } from '../lib/cli/command.ts'
import {
  awsFlags,
  consentFlags,
  everyFlags,
  exitCodeHelp,
  regionFlags,
  residueFlags,
  suffixFlag,
  waitFlags,
} from '../lib/cli/flags.ts'
import { destroy } from '../lib/runs/destroy.ts'
import { holdingsText } from '../lib/views/holdings.ts'

export default class Destroy extends DrCommand {
  static override summary = 'Remove an environment and show that nothing of it is left.'
  static override description = `Counts what is there, asks for the suffix, empties the buckets, removes the stages in reverse order, and looks whether anything remains.\n\n${exitCodeHelp}`
  static override examples = [
    '<%= config.bin %> destroy --suffix pr123',
    '<%= config.bin %> destroy --suffix pr123 --yes',
    '<%= config.bin %> destroy --suffix pr123 --local --yes',
  ]
  static override flags = {
    ...suffixFlag,
    ...regionFlags,
    ...consentFlags,
    ...residueFlags,
    ...waitFlags,
    ...awsFlags,
    ...everyFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Destroy)
    const session = await this.openTarget(flags)
    const show = (text: string): void => void process.stderr.write(`${text}\n`)
    await this.operate('destroy', session, flags, (run) =>
      destroy(run, session, {
        yes: flags.yes,
        allowReplace: flags['allow-replace'],
        retain: flags.retain,
        show: (it) => (this.json ? undefined : show(`\n${holdingsText(it, this.width)}\n`)),
      }),
    )
  }
}
