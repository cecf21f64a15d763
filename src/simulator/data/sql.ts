// As much SQL as our functions and probes speak: tables with a key, rows in and out. Anything else is refused by name.
export interface SqlStore {
  tables: Record<string, { key: string[]; rows: Record<string, SqlRow> }>
}

export interface SqlRow {
  /** When it was committed, virtual ms. */
  at: number
  values: Record<string, string | number | boolean | null>
}

export type SqlValue = SqlRow['values'][string]

export interface Result {
  columns: string[]
  records: SqlValue[][]
  updated: number
}

/** What a database says no to; nothing was changed. */
export class SqlError extends Error {
  override name = 'SqlError'
}

const nothing: Result = { columns: [], records: [], updated: 0 }
const bare = (name: string): string => name.replaceAll(/["`]/g, '').toLowerCase()
const split = (text: string): string[] => text.split(',').map((part) => part.trim())

/** Carries out one statement at the time `at`, committed by itself. Throws SqlError. */
export function execute(store: SqlStore, sql: string, parameters: Record<string, SqlValue>, at: number): Result {
  const text = sql.replaceAll(/\s+/g, ' ').trim().replace(/;$/, '')
  for (const [pattern, act] of statements) {
    const match = pattern.exec(text)
    if (match) return act(store, match.groups ?? {}, parameters, at)
  }
  throw new SqlError(`the simulated database does not know the statement: ${text.slice(0, 80)}`)
}

type Groups = Record<string, string | undefined>
type Act = (store: SqlStore, groups: Groups, parameters: Record<string, SqlValue>, at: number) => Result

const statements: [RegExp, Act][] = [
  [/^(?:create (?:schema|database)|begin|commit|set)\b/i, () => nothing],
  [/^create table (?<unless>if not exists )?(?<table>[\w."`]+) ?\((?<body>.*)\)$/i, create],
  [/^drop (?:table|schema|database) (?:if exists )?(?<table>[\w."`]+)/i, drop],
  [
    /^insert (?<ignore>ignore )?into (?<table>[\w."`]+) ?\((?<columns>[^)]*)\) ?values ?\((?<values>.*?)\)(?<then> on (?:duplicate|conflict).*)?$/i,
    insert,
  ],
  [
    /^select (?<columns>.+?)(?: from (?<table>[\w."`]+)(?: where (?<where>.+?))?(?: order by (?<order>[\w.]+))?)?$/i,
    select,
  ],
  [/^delete from (?<table>[\w."`]+)(?: where (?<where>.+))?$/i, remove],
]

function create(store: SqlStore, { table = '', body = '', unless }: Groups): Result {
  const name = bare(table)
  if (store.tables[name]) {
    if (unless) return nothing
    throw new SqlError(`Table '${name}' already exists`)
  }
  const apart = /primary key ?\(([^)]*)\)/i.exec(body)?.[1]
  const inline = split(body)
    .find((column) => /primary key/i.test(column))
    ?.split(' ')[0]
  store.tables[name] = { key: apart === undefined ? [bare(inline ?? '')] : split(apart).map(bare), rows: {} }
  return nothing
}

function drop(store: SqlStore, { table = '' }: Groups): Result {
  const name = bare(table)
  for (const one of Object.keys(store.tables)) if (one === name || one.startsWith(`${name}.`)) delete store.tables[one]
  return nothing
}

function tableOf(store: SqlStore, name = ''): SqlStore['tables'][string] {
  const table = store.tables[bare(name)]
  if (!table) throw new SqlError(`Table '${bare(name)}' doesn't exist`)
  return table
}

function insert(store: SqlStore, groups: Groups, parameters: Record<string, SqlValue>, at: number): Result {
  const { key, rows } = tableOf(store, groups.table)
  const columns = split(groups.columns ?? '').map(bare)
  const given = split(groups.values ?? '').map((one) => valueOf(one, parameters))
  const values = Object.fromEntries(columns.map((column, index) => [column, given[index] ?? null]))
  const id = JSON.stringify(key.map((column) => values[column] ?? null))
  if (!rows[id]) {
    rows[id] = { at, values }
    return { ...nothing, updated: 1 }
  }
  if (groups.ignore || /do nothing/i.test(groups.then ?? '')) return nothing
  if (!groups.then) throw new SqlError(`Duplicate entry ${id} violates the primary key of ${bare(groups.table ?? '')}`)
  rows[id] = { at, values: { ...rows[id].values, ...values } }
  return { ...nothing, updated: 2 }
}

function select(store: SqlStore, groups: Groups, parameters: Record<string, SqlValue>): Result {
  const columns = split(groups.columns ?? '').map(bare)
  if (groups.table === undefined)
    return { columns, records: [columns.map((one) => valueOf(one, parameters))], updated: 0 }
  const fits = conditionOf(groups.where, parameters)
  const rows = Object.values(tableOf(store, groups.table).rows).filter(fits)
  const order = bare(groups.order ?? '')
  if (order !== '') {
    rows.sort((a, b) => String(a.values[order]).localeCompare(String(b.values[order]), 'en', { numeric: true }))
  }
  if (columns[0]?.startsWith('count(')) return { columns, records: [[rows.length]], updated: 0 }
  return { columns, records: rows.map(({ values }) => columns.map((column) => values[column] ?? null)), updated: 0 }
}

function remove(store: SqlStore, groups: Groups, parameters: Record<string, SqlValue>): Result {
  const { rows } = tableOf(store, groups.table)
  const fits = conditionOf(groups.where, parameters)
  const gone = Object.entries(rows).filter(([, row]) => fits(row))
  for (const [id] of gone) delete rows[id]
  return { ...nothing, updated: gone.length }
}

/** `a = :x AND b = 1`: the only conditions that are known. */
function conditionOf(where: string | undefined, parameters: Record<string, SqlValue>): (row: SqlRow) => boolean {
  const wanted = (where ?? '')
    .split(/ and /i)
    .filter((part) => part !== '')
    .map((part) => {
      const [, column, value] = /^ ?(\w+) ?= ?(\S+) ?$/.exec(part) ?? []
      if (column === undefined || value === undefined) throw new SqlError(`unknown condition: ${part}`)
      return [bare(column), valueOf(value, parameters)] as const
    })
  return ({ values }) => wanted.every(([column, value]) => values[column] === value)
}

function valueOf(text: string, parameters: Record<string, SqlValue>): SqlValue {
  const one = text.replace(/::\w+$/, '')
  if (one.startsWith(':')) {
    const value = parameters[one.slice(1)]
    if (value === undefined) throw new SqlError(`no value for the parameter ${one}`)
    return value
  }
  const quoted = /^'(.*)'$/.exec(one)?.[1]
  if (quoted !== undefined) return quoted
  if (one !== '' && Number.isFinite(Number(one))) return Number(one)
  throw new SqlError(`unknown value: ${one}`)
}
