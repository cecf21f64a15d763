// The SQL that our functions and probes speak, and what an answer of the Data API proves about a row.
import { describe, expect, test } from 'vitest'
import { outcomeOf } from '../../../src/lib/drill/probes/sql.ts'
import { execute, SqlError, type SqlStore } from '../../../src/simulator/data/sql.ts'

const fresh = () => {
  const store: SqlStore = { tables: {} }
  return (sql: string, values = {}) => execute(store, sql, values, 1)
}

describe('statements', () => {
  test('rows go in once per key, come out in order, and are removed by condition', () => {
    const run = fresh()
    run('CREATE TABLE IF NOT EXISTS t (a VARCHAR(9), n INTEGER, PRIMARY KEY (a, n))')
    for (const n of [10, 9, 2]) run('INSERT INTO t (a, n) VALUES (:a, :n)', { a: 'x', n })
    expect(run('SELECT n FROM t WHERE a = :a ORDER BY n', { a: 'x' }).records).toEqual([[2], [9], [10]])
    expect(() => run('INSERT INTO t (a, n) VALUES (:a, 2)', { a: 'x' })).toThrow(/Duplicate/)
    expect(run("DELETE FROM t WHERE a = 'x' AND n = 9").updated).toBe(1)
    expect(run('SELECT count(*) FROM t').records).toEqual([[2]])
  })

  test('a taken key is left alone, replaced or refused, as the statement says', () => {
    const run = fresh()
    run('CREATE TABLE t (k INTEGER PRIMARY KEY, v INTEGER)')
    run('INSERT INTO t (k, v) VALUES (1, 1)')
    expect(run('INSERT IGNORE INTO t (k, v) VALUES (1, 2)').updated).toBe(0)
    expect(run('INSERT INTO t (k, v) VALUES (1, 3) ON CONFLICT DO NOTHING').updated).toBe(0)
    run('INSERT INTO t (k, v) VALUES (1, 4) ON DUPLICATE KEY UPDATE v = 4')
    expect(run('SELECT v FROM t WHERE k = 1').records).toEqual([[4]])
  })

  test.each([
    'UPDATE t SET a = 1',
    'SELECT a FROM nowhere',
    'INSERT INTO t (a) VALUES (:missing)',
    'CREATE TABLE t (b)',
  ])('%s is refused rather than guessed', (sql) => {
    const run = fresh()
    run('CREATE TABLE t (a INTEGER PRIMARY KEY)')
    expect(() => run(sql)).toThrow(SqlError)
  })
})

describe('an error of a writing statement', () => {
  const error = (name: string, message = '') => Object.assign(new Error(message), { name })
  test.each([
    ['BadRequestException', 'not available on the secondary', 'fail'],
    ['DatabaseUnavailableException', '', 'fail'],
    ['DatabaseErrorException', 'The server is running with the --read-only option', 'fail'],
    ['DatabaseErrorException', 'Communications link failure', 'unknown'],
    ['DatabaseErrorException', 'terminating connection due to administrator command', 'unknown'],
    ['DatabaseErrorException', "Duplicate entry 'd-1-rows-7' for key 'PRIMARY'", 'ok'],
    ['StatementTimeoutException', '', 'unknown'],
    ['InternalServerErrorException', '', 'unknown'],
    ['TimeoutError', '', 'unknown'],
  ])('%s (%s) proves %s', (name, message, outcome) => {
    expect(outcomeOf(error(name, message))).toBe(outcome)
  })
})
