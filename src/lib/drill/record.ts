// Where a drill is written down: on this machine and in the artifact bucket, each line before the act that it announces.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, fsyncSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Objects } from '../aws/objects.ts'
import { makeDataFolder } from '../core/data-folder.ts'
import { DrError } from '../core/errors.ts'
import type { DrillPlan } from './drill.ts'
import { type Entry, type Line, nextLine, readJournal, written } from './journal.ts'
import { planHash } from './plan.ts'

/** A bucket where drills are kept; it outlives the environment. */
export interface Archive {
  objects: Objects
  bucket: string
}

/** Where everything about one drill lies in the artifact bucket. */
export const drillPrefix = (system: string, suffix: string, id = ''): string =>
  `drills/${system}/${suffix}/${id === '' ? '' : `${id}/`}`

const folderOf = (id: string): string => join('.dr', 'drills', id)

/** The journal of one drill as it grows. */
export class DrillRecord {
  readonly plan: DrillPlan
  readonly hash: string
  readonly lines: Line[]
  private readonly archive: Archive
  private readonly now: () => number
  /** Hears when a line could not be kept in the bucket: told, since what is restored must not wait for it. */
  private readonly trouble: (message: string) => void

  constructor(
    plan: DrillPlan,
    lines: Line[],
    means: { archive: Archive; now: () => number; trouble: (message: string) => void },
  ) {
    this.plan = plan
    this.hash = planHash(plan)
    this.lines = lines
    this.archive = means.archive
    this.now = means.now
    this.trouble = means.trouble
  }

  /** The journal on this machine. */
  get path(): string {
    return join(folderOf(this.plan.id), 'journal.jsonl')
  }

  /**
   * Writes down the plan and the lines there are; half a line that a crash left goes.
   * Throws DrError (exit 2) where this folder cannot be written, or what S3 says.
   */
  async begin(): Promise<void> {
    const text = `${JSON.stringify(this.plan, undefined, 2)}\n`
    try {
      makeDataFolder('drills', this.plan.id)
      writeFileSync(join(folderOf(this.plan.id), 'plan.json'), text)
      writeFileSync(this.path, written(this.lines))
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
      throw new DrError(
        'NotWritable',
        2,
        `.dr/drills cannot be written (${why}); nothing was changed`,
        'see its rights',
      )
    }
    await this.put('plan.json', text)
  }

  /**
   * Adds a line and keeps it before it returns.
   * @param essential what follows must not happen unless this machine and the bucket have the line; throws what they say
   */
  async add(entry: Entry, essential: boolean): Promise<void> {
    const line = nextLine(this.lines, this.hash, this.now(), entry)
    try {
      this.append(line)
    } catch (error) {
      if (essential) throw error
      this.trouble(`${this.path} could not be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
    }
    this.lines.push(line)
    try {
      await this.put('journal.jsonl', written(this.lines))
    } catch (error) {
      if (essential) throw error
      this.trouble(`the journal's copy in S3 could not be written (${(error as Error).name})`)
    }
  }

  /**
   * Ends it, whatever is left to do. On this machine only where its journal lies here, half a line at its end or not.
   * Throws what S3 says.
   */
  async close(note: string): Promise<void> {
    this.lines.push(nextLine(this.lines, this.hash, this.now(), { kind: 'closed', note }))
    const text = written(this.lines)
    if (existsSync(this.path)) writeFileSync(this.path, text)
    await this.put('journal.jsonl', text)
    // Where its evidence is kept already, the manifest names the journal as it was.
    const manifest = await this.archive.objects.get(this.archive.bucket, `${this.prefix}manifest.sha256`)
    const digest = createHash('sha256').update(text).digest('hex')
    if (manifest) await this.put('manifest.sha256', manifest.text.replace(/^\w+(?= {2}journal\.jsonl$)/m, digest))
  }

  private append(line: Line): void {
    const file = openSync(this.path, 'a')
    try {
      appendFileSync(file, written([line]))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  /** Keeps a file of the evidence beside the journal in the bucket. */
  async put(name: string, text: string): Promise<void> {
    await this.archive.objects.put(this.archive.bucket, `${this.prefix}${name}`, text)
  }

  /** Where that is. */
  get place(): string {
    return `s3://${this.archive.bucket}/${this.prefix}`
  }

  private get prefix(): string {
    const { system, suffix, id } = this.plan
    return drillPrefix(system, suffix, id)
  }
}

/**
 * A drill that was begun, with its journal: the longer one of this machine's and the bucket's, or the one that is closed.
 * @throws DrError exit 2 where nobody knows it, exit 6 where its journal was changed or is unreadable
 */
export async function recorded(
  id: string,
  { system, suffix }: { system: string; suffix: string },
  archive: Archive,
): Promise<{ plan: DrillPlan; lines: Line[] }> {
  const from = async (name: string): Promise<string[]> => {
    const local = join(folderOf(id), name)
    const key = `${drillPrefix(system, suffix, id)}${name}`
    const far = await archive.objects.get(archive.bucket, key).catch(() => undefined)
    return [...(existsSync(local) ? [readFileSync(local, 'utf8')] : []), ...(far ? [far.text] : [])]
  }
  const unknown = (): DrError =>
    new DrError('UnknownDrill', 2, `there is no drill ${id} of ${system} · ${suffix}`, 'see its id: dr status')
  if (!/^[\w-]+$/.test(id)) throw unknown()
  const [planText] = await from('plan.json')
  const plan = planText === undefined ? undefined : planIn(planText)
  // The folder of this machine holds drills of every environment.
  if (!plan || plan.system !== system || plan.suffix !== suffix) throw unknown()
  const journals = (await from('journal.jsonl')).map((text) => readJournal(text, planHash(plan)))
  const closed = journals.find(({ lines }) => lines.at(-1)?.entry.kind === 'closed')
  const best = closed ?? journals.toSorted((a, b) => b.lines.length - a.lines.length)[0]
  if (best && best.broken === undefined) return { plan, lines: best.lines }
  if (!best) return { plan, lines: [] }
  const message = `the journal of ${id} cannot be trusted: ${best.broken}`
  throw new DrError(
    'BrokenJournal',
    6,
    message,
    `compare .dr/drills/${id}/journal.jsonl with the copy in S3, and see: dr status`,
  )
}

function planIn(text: string): DrillPlan | undefined {
  try {
    return JSON.parse(text) as DrillPlan
  } catch {
    return undefined
  }
}
