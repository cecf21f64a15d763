// Where the probe function writes: simulated databases, caches and file systems, each with its truth about outages.
import type { Call } from '../answer.ts'
import { groupAt, keysOf, shardOutage } from '../data/caches.ts'
import { cutAt, instanceOf, outageAt, storeOf, takesWrites } from '../data/databases.ts'
import { fileOutage, filesOf } from '../data/files.ts'
import { environmentOf } from '../data/functions.ts'
import { all, existing, list, text } from '../existing.ts'
import { execute } from '../data/sql.ts'
import type { Cloud, Resource } from '../state.ts'

/** One number of one writer of one drill. */
export interface Entry {
  drill: string
  writer: string
  sequence: number
}

/** A place of numbers; all times are virtual ms. */
export interface ProbeStore {
  host: string
  zone?: string
  takesWrites(at: number): boolean
  /** Since when an outage lasts that there is at that time. */
  goneSince(at: number): number | undefined
  /** A write that met the very beginning of an outage: nobody is told what became of it. */
  cutAt(at: number): 'committed' | 'lost' | undefined
  prepare(drill: string): void
  /** Throws where it is refused. */
  write(entry: Entry, at: number): void
  /** Ascending. */
  read(drill: string, writer: string): number[]
  /** Removes the numbers of a drill, or of all; gives how many. */
  clean(drill: string | undefined): number
}

/** What the environment of the function names; undefined where it names none. */
export function storeOfProbe(call: Call, one: Resource, name: string): ProbeStore | undefined {
  const { DATABASE_HOST, CACHE_HOST, PROBE_FOLDER } = environmentOf(one)
  if (name === 'database' && DATABASE_HOST !== undefined) return database(call, text(DATABASE_HOST))
  if (name === 'cache' && CACHE_HOST !== undefined) return cache(call, text(CACHE_HOST))
  if (name === 'files' && PROBE_FOLDER !== undefined) return files(call, one)
  return undefined
}

const table = `CREATE TABLE IF NOT EXISTS dr_probe.write (drill text, writer text, sequence integer, written_at bigint, PRIMARY KEY (drill, writer, sequence))`
const insert =
  'INSERT INTO dr_probe.write (drill, writer, sequence, written_at) VALUES (:drill, :writer, :sequence, :at)'
const select = 'SELECT sequence FROM dr_probe.write WHERE drill = :drill AND writer = :writer ORDER BY sequence'

function database({ cloud, region, now }: Call, host: string): ProbeStore {
  const found = databaseAt(cloud, region, host)
  const run = (sql: string, values: Record<string, string | number> = {}, at = now) =>
    execute(found ? storeOf(cloud, found) : { tables: {} }, sql, values, at)
  const isInstance = found?.type === 'AWS::RDS::DBInstance'
  return {
    host,
    ...(isInstance && found.state?.zone !== undefined && { zone: text(found.state.zone) }),
    takesWrites: (at) => found !== undefined && takesWrites(cloud, found, at),
    goneSince: (at) => found && outageAt(cloud, found, at)?.from,
    cutAt: (at) => found && cutAt(cloud, found, at),
    prepare: () => run(table),
    write: (entry, at) => run(insert, { ...entry, at }, at),
    read: (drill, writer) => run(select, { drill, writer }).records.map(([sequence]) => Number(sequence)),
    clean: (drill) => {
      if (found && !storeOf(cloud, found).tables['dr_probe.write']) return 0
      if (drill !== undefined) return run('DELETE FROM dr_probe.write WHERE drill = :drill', { drill }).updated
      const { updated } = run('DELETE FROM dr_probe.write')
      run('DROP SCHEMA dr_probe CASCADE')
      return updated
    },
  }
}

/** The instance or cluster whose writer endpoint that is. */
function databaseAt(cloud: Cloud, region: string, host: string): Resource | undefined {
  const cluster = all(cloud, 'AWS::RDS::DBCluster', region).find((one) => one.attributes['Endpoint.Address'] === host)
  return cluster ?? instanceOf(cloud, region, host.split('.')[0])
}

/** Names of numbers, `<drill>/<writer>/<sequence>`, in a record of what is there. */
const names = ({ drill, writer, sequence }: Entry): string => [drill, writer, sequence].join('/')

const numbersIn = (held: object, drill: string, writer: string): number[] =>
  Object.keys(held)
    .filter((name) => name.startsWith(`${drill}/${writer}/`))
    .map((name) => Number(name.split('/')[2]))
    .toSorted((a, b) => a - b)

function cleanOut(held: Record<string, unknown>, drill: string | undefined): number {
  const gone = Object.keys(held).filter((name) => drill === undefined || name.startsWith(`${drill}/`))
  for (const name of gone) delete held[name]
  return gone.length
}

function cache({ cloud, region }: Call, host: string): ProbeStore {
  const group = groupAt(cloud, region, host)
  const held = group ? keysOf(cloud, group) : {}
  const outage = (at: number) => group && shardOutage(cloud, group, at)
  return {
    host,
    takesWrites: (at) => group !== undefined && !outage(at),
    goneSince: (at) => outage(at)?.from,
    // Every other one reached the old primary, which loses it.
    cutAt: (at) => {
      const from = outage(at)?.from
      if (from === undefined || at - from >= 1_000) return undefined
      return Math.floor(at) % 2 === 0 ? 'committed' : 'lost'
    },
    prepare: () => undefined,
    write: (entry, at) => {
      held[names(entry)] = { value: '', at }
    },
    read: (drill, writer) => numbersIn(held, drill, writer),
    clean: (drill) => cleanOut(held, drill),
  }
}

function files({ cloud, region }: Call, one: Resource): ProbeStore {
  const [config] = list(one.properties.FileSystemConfigs)
  const id = text(config?.Arn).split('/').at(-1) ?? ''
  const point = existing(cloud, region, 'AWS::EFS::AccessPoint', id)
  const system = existing(cloud, region, 'AWS::EFS::FileSystem', text(point?.properties.FileSystemId))
  const held = system ? filesOf(cloud, system) : {}
  return {
    host: text(config?.LocalMountPath),
    takesWrites: (at) => system !== undefined && !fileOutage(cloud, system, at),
    goneSince: (at) => system && fileOutage(cloud, system, at)?.from,
    cutAt: () => undefined,
    prepare: () => undefined,
    write: (entry, at) => {
      if (names(entry) in held) throw new Error('EEXIST: file already exists')
      held[names(entry)] = at
    },
    read: (drill, writer) => numbersIn(held, drill, writer),
    clean: (drill) => cleanOut(held, drill),
  }
}
