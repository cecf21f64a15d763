// What every command is: flags parsed, a view chosen, signals heard, errors worded, an exit code given.
import { createInterface } from 'node:readline/promises'
import { Command } from '@oclif/core'
import type { Clock } from '../core/clock.ts'
import { readSettings, type SettingFlags, type Settings } from '../load/config.ts'
import { keepPrivate } from '../core/data-folder.ts'
import { DrError, type ExitCode } from '../core/errors.ts'
import type { Event, Listener, Report, Verb } from '../core/events.ts'
import { regionsOf } from '../load/environment.ts'
import { masked, environmentOptions, maskedDeep, withoutAccount } from '../core/names.ts'
import { type Run, runId, startRun } from '../core/run.ts'
import { connectionOf, openSession, optionsOf, type Session, targeted, type TargetSession } from '../load/session.ts'
import { hearSignals } from './signals.ts'
import { version } from '../core/version.ts'
import { worded } from './worded.ts'
import { errorText } from '../views/error.ts'
import { head, type Heading } from '../views/head.ts'
import { schemaVersion } from '../views/ndjson.ts'
import { paint, type Paint } from '../views/paint.ts'

/** Flags that the base class itself looks at. */
interface CommonFlags extends SettingFlags {
  json?: boolean
  color?: boolean
  yes?: boolean
  local?: boolean
  'local-speed'?: number
  'local-faults'?: string | undefined
}

const interruptHints: Partial<Record<Verb, string>> = {
  'failover-test': 'Ctrl-C fails back; a second one leaves, and --resume goes on',
}
const interruptHint = 'Ctrl-C leaves AWS working, the same command resumes'

export abstract class DrCommand extends Command {
  private asJson = process.argv.includes('--json')
  private coloured = colours(!process.argv.includes('--no-color'))
  private account = ''
  private environment = ''

  protected settings(flags: CommonFlags): Settings {
    keepPrivate()
    this.asJson = flags.json ?? false
    this.coloured = colours(flags.color ?? true)
    const settings = readSettings(flags)
    const { system, suffix } = settings
    if (suffix !== undefined) this.environment = environmentOptions(system, suffix, flags.local ?? false)
    return settings
  }

  /** `hurried`: rather a screen with gaps than one that waits; what `--region` does not name is not asked at all. */
  protected async open(flags: CommonFlags, hurried = false): Promise<Session> {
    const local = { local: flags.local ?? false, speed: flags['local-speed'] ?? 30, faults: flags['local-faults'] }
    const settings = this.settings(flags)
    const session = await openSession(settings, {
      ...(await connectionOf(settings, local)),
      hurried,
      ...(hurried && settings.only && { only: settings.only }),
    })
    this.account = session.aws.account
    return session
  }

  /** Opens the session of one environment. Without a suffix it names the environments there are (exit 2). */
  protected async openTarget(flags: CommonFlags): Promise<TargetSession> {
    const session = await this.open(flags)
    if (session.settings.suffix !== undefined) return targeted(session)
    const { environments } = await import('../runs/status.ts')
    const known = (await environments(session)).map((it) => `${it.system} · ${it.suffix}`)
    const there = known.length > 0 ? `there are: ${known.join(', ')}` : 'there are no environments yet'
    throw new DrError(
      'NoSuffix',
      2,
      `no suffix was given; ${there}`,
      'name the environment, for example --suffix pr123',
    )
  }

  protected get paint(): Paint {
    return paint(this.coloured)
  }

  protected get width(): number {
    return Math.max(60, Math.min(process.stdout.columns || 80, 120))
  }

  /** A person watches: both streams are a terminal, and it is not a CI's. */
  protected get interactive(): boolean {
    const terminal = process.stdout.isTTY && process.stderr.isTTY && process.env['TERM'] !== 'dumb'
    return terminal && !process.env['CI'] && !this.asJson
  }

  protected get json(): boolean {
    return this.asJson
  }

  /** Data: stdout. */
  protected write(text: string): void {
    process.stdout.write(`${text}\n`)
  }

  /** One line of JSON with the schema's version. */
  protected writeJson(verb: Verb, data: object): void {
    this.write(withoutAccount(JSON.stringify({ schema: schemaVersion, kind: verb, ...data }), this.account))
  }

  /** What a screen is about. */
  protected heading(verb: Verb, session: Session | TargetSession): Heading {
    const { aws, simulated, system, settings } = session
    const regions = 'target' in session ? regionsOf(session.target) : []
    const suffix = settings.suffix ?? ''
    return { verb, system: system.name, suffix, account: masked(aws.account), regions, simulated }
  }

  /** Prints the answer of a command that changes nothing: text with a heading, or one JSON line. */
  protected show(verb: Verb, session: Session | TargetSession, data: object, text: () => string): void {
    const heading = this.heading(verb, session)
    if (this.asJson) return this.writeJson(verb, { ...heading, ...data })
    this.write(`${head(heading, this.paint, this.width)}\n\n${text()}`)
  }

  /** Lets `work` hear that it is asked to leave; what it gives counts all the same. */
  protected async heard<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, forget } = hearSignals(async () => 5)
    try {
      return await work(signal)
    } finally {
      forget()
    }
  }

  /** Runs a verb with views and record listening, prints its report and exits with its code. */
  protected async operate(
    verb: Verb,
    session: TargetSession,
    flags: CommonFlags,
    work: (run: Run) => Promise<Report>,
  ): Promise<void> {
    const { reportText } = await import('../views/report.ts')
    const { aws, target, simulated } = session
    const { runRecord } = await import('./run-record.ts')
    const record = runRecord(runId(aws.clock.now()))
    const heading = {
      verb,
      system: target.system.name,
      suffix: verb === 'bootstrap' ? '' : target.suffix,
      account: masked(aws.account),
      regions: regionsOf(target),
      simulated,
    }
    if (this.interactive) this.write(head(heading, this.paint, this.width))
    const view = await this.view(verb, aws.clock)
    let drill = '<id>'
    const named = (event: Event): void => void (event.kind === 'drill-planned' && (drill = event.drill))
    const { signal, forget } = hearSignals(async () => {
      await view.close() // It holds back what others write meanwhile, and an exit would lose it.
      return this.detached(verb, session, drill)
    })
    const listeners = [view.listen, record.listen, named].map(
      (listen) => (event: Event) => listen(maskedDeep(event, aws.account)),
    )
    const run = startRun(verb, aws.clock, signal, listeners, (question) => this.ask(question, flags))
    run.tell({ kind: 'run-started', version, ...heading })
    try {
      const report = await work(run)
      await view.close()
      const files = report.exit === 0 ? report.files : [...report.files, record.path]
      const full = { ...report, files }
      run.tell({ kind: 'run-finished', report: full })
      if (!this.asJson)
        this.write(
          `${this.interactive ? '\n' : ''}${reportText(maskedDeep(full, aws.account), this.paint, this.width)}`,
        )
      process.exitCode = report.exit
    } catch (error) {
      await view.close()
      throw error
    } finally {
      forget()
    }
  }

  /** The last word of a run that is left at once. A drill that nobody fails back needs one. */
  private detached(verb: Verb, session: TargetSession, drill: string): ExitCode {
    if (verb !== 'failover-test') return 5
    const message = 'left in the middle of a drill: what was injected may still be so, until the dead man acts'
    const hint = `fail it back: dr failover-test ${optionsOf(session)} --resume ${drill}`
    process.stderr.write(`\n${errorText(message, hint, 6, this.paint, this.width)}\n`)
    return 6
  }

  private async view(verb: Verb, clock: Clock): Promise<{ listen: Listener; close(): Promise<void> }> {
    const close = async (): Promise<void> => undefined
    if (this.asJson) {
      const { ndjson } = await import('../views/ndjson.ts')
      return { listen: ndjson((line) => this.write(line)), close }
    }
    if (this.interactive) {
      const [{ live }, { boardPicture }, { phasePicture }] = await Promise.all([
        import('../views/live.ts'),
        import('../views/board.ts'),
        import('../views/phases.ts'),
      ])
      const picture = verb === 'failover-test' ? phasePicture() : boardPicture()
      return live(picture, clock, interruptHints[verb] ?? interruptHint, this.paint, () => this.width)
    }
    const { lines } = await import('../views/lines.ts')
    return { listen: lines((line) => process.stderr.write(`${line}\n`)), close }
  }

  /** Asks on a terminal; undefined where there is none, or where the output is for a machine. */
  private async ask(question: string, flags: CommonFlags): Promise<string | undefined> {
    if (flags.json || !process.stdin.isTTY || !process.stderr.isTTY) return undefined
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return (await terminal.question(`   ${question}`)).trim()
    } finally {
      terminal.close()
      process.stderr.write('\n')
    }
  }

  /** The only place where errors become text. Never a stack trace, never an account id. */
  protected override async catch(error: Error & { exitCode?: number }): Promise<void> {
    const { exit, code, message, hint } = worded(error, this.environment)
    if (exit === 1 && process.env['DEBUG']) process.stderr.write(`${error.stack ?? ''}\n`)
    const text = withoutAccount(message, this.account)
    if (this.asJson) {
      const { errorLine } = await import('../views/error.ts')
      this.write(errorLine(exit, code, text, hint))
    } else process.stderr.write(`${errorText(text, hint, exit, this.paint, this.width)}\n`)
    process.exitCode = exit
  }
}

/** Colours only on a terminal, and only where nobody said no (no-color.org). */
const colours = (wanted: boolean): boolean => wanted && process.stdout.isTTY && !process.env['NO_COLOR']
