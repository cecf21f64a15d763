// The measurement of a drill against two real PostgreSQL servers: what it counts as lost must be what is really missing.
import pg from 'pg'
import { steadyClock } from '../src/lib/core/clock.ts'
import type { Outcome } from '../src/lib/drill/measure/history.ts'
import { measureLoss } from '../src/lib/drill/measure/loss.ts'
import { measureRecovery } from '../src/lib/drill/measure/recovery.ts'
import { keepSchedule } from '../src/lib/drill/probe.ts'
import { serverPrograms, startPair, type Pair } from '../test/postgres/servers.ts'

const hold = 3000
const say = (line: string): boolean => process.stdout.write(`${line}\n`)
const sum = (numbers: readonly number[]): string => `${numbers.length} (${numbers.slice(0, 12).join(' ')})`

const connected = async (port: number): Promise<pg.Client> => {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'probe', database: 'postgres' })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Sequence → when it was committed, ms. */
async function rows(port: number): Promise<Map<number, number>> {
  const client = await connected(port)
  const result = await client.query<{ sequence: number; at: string }>('select sequence, at from dr_probe order by 1')
  await client.end()
  return new Map(result.rows.map(({ sequence, at }) => [sequence, Number(at)]))
}

/** A connection that cannot be made has certainly written nothing; one that breaks later may have. */
async function write(port: number, sequence: number): Promise<Outcome> {
  const client = await connected(port).catch(() => undefined)
  if (!client) return 'fail'
  try {
    const at = 'extract(epoch from clock_timestamp()) * 1000'
    await client.query(`insert into dr_probe (sequence, at) values ($1, ${at})`, [sequence])
    return 'ok'
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Waits until the standby follows: it has the table. */
async function caughtUp(port: number): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    if (await rows(port).catch(() => undefined)) return
    await steadyClock.sleep(250)
  }
  throw new Error('the standby did not follow within 30 s')
}

/** One drill; gives what is wrong with what was measured. */
async function drill(pair: Pair, delay: number): Promise<string[]> {
  const first = await connected(pair.primary)
  await first.query('create table dr_probe (sequence int primary key, at double precision)')
  await first.end()
  await caughtUp(pair.standby)
  const stop = new AbortController()
  let writer = pair.primary
  const probe = keepSchedule(async (sequence) => write(writer, sequence), {
    clock: steadyClock,
    interval: 100,
    timeout: 2000,
    stop: stop.signal,
  })
  await steadyClock.sleep(3000 + delay)
  pair.kill()
  const injected = steadyClock.now()
  await steadyClock.sleep(700)
  pair.promote()
  writer = pair.standby
  const back = steadyClock.now()
  await steadyClock.sleep(hold + 1500)
  stop.abort()
  const { planned, operations } = await probe
  const survived = await rows(pair.standby)
  await pair.revive()
  const had = await rows(pair.primary)

  const history = { interval: 100, planned, operations, injected, clockBound: 0 }
  const loss = measureLoss(history, { verify: new Set(survived.keys()) })
  const { bounds, recovered } = measureRecovery(history, hold)
  if (!loss) return ['nothing was measured']
  const missing = [...had.keys()].filter((sequence) => !survived.has(sequence) && !loss.unknown.includes(sequence))
  const firstGone = had.get(missing[0] ?? -1)
  const truth = firstGone === undefined ? 0 : injected - firstGone
  say(
    `      delay ${delay} ms: ${loss.acknowledged} acknowledged, ${loss.lost.length} lost, ${loss.unknown.length} unknown; ` +
      `missing since ${Math.round(truth)} ms, measured ${Math.round(loss.bounds.from)} to ${Math.round(loss.bounds.to)} ms; ` +
      `back after ${Math.round(back - injected)} ms, measured ${Math.round(bounds.from)} to ${Math.round(bounds.to)} ms`,
  )
  const wrong = (is: boolean, what: string): string[] => (is ? [what] : [])
  return [
    ...wrong(loss.lost.join() !== missing.join(), `counted lost ${sum(loss.lost)}, really missing ${sum(missing)}`),
    ...wrong(truth < loss.bounds.from - 5 || truth > loss.bounds.to + 5, 'the true loss is outside the bounds'),
    ...wrong(recovered === undefined, 'the recovery was not seen'),
    ...wrong(
      back - injected > bounds.to + 5 || bounds.from > back - injected + 150,
      'the true recovery is outside the bounds',
    ),
    ...wrong(delay > 0 && missing.length < 5, 'the slow wire lost nothing: this drill cannot fail'),
    ...wrong(delay === 0 && missing.length > 0, 'a synchronous standby lost acknowledged writes'),
  ]
}

const programs = serverPrograms()
if (!programs) {
  say('skip  PostgreSQL drills: not checked, no server programs found')
  process.exit()
}
for (const [delay, synchronous, what] of [
  [1500, false, 'asynchronous replication that is behind'],
  [0, true, 'synchronous replication'],
] as const) {
  const pair = await startPair(programs, delay, synchronous)
  try {
    const faults = await drill(pair, delay)
    for (const fault of faults) say(`      ${fault}`)
    say(`${faults.length === 0 ? 'pass' : 'FAIL'}  PostgreSQL drill: ${what}, losses counted as they are`)
    if (faults.length > 0) process.exitCode = 1
  } finally {
    pair.remove()
  }
}
