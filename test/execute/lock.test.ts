import { hostname } from 'node:os'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Event } from '../../src/lib/core/events.ts'
import { acquire, type Holder, holder, leaseMs, type Place } from '../../src/lib/execute/lock.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { prepared } from '../runs/environment.ts'

const key = 'lock/transactions/pr123.json'
const bucket = 'dr-artifacts-000000000000-us-west-2'
let bootstrapped: Account

beforeAll(async () => {
  bootstrapped = await prepared()
})
beforeEach(inEmptyFolder)

async function placeOf(it: Account): Promise<Place> {
  const { aws, home, buckets, target } = await it.target()
  return { aws, region: home, bucket: buckets[home] ?? '', target }
}

const somebody: Holder = {
  run: '2025-12-31T23-00-00Z',
  verb: 'deploy',
  user: 'ada',
  host: 'another-host',
  pid: 4711,
  since: '2025-12-31T23:00:00.000Z',
}

/** Puts somebody's lock there, written `age` ms ago. */
async function lockedBy(it: Account, who: Holder, age = 0): Promise<void> {
  await (await placeOf(it)).aws.objects('us-west-2').put(bucket, key, JSON.stringify(who))
  it.simulator.change(({ buckets, now }) => {
    const version = buckets[bucket]?.versions.findLast((one) => one.key === key)
    if (version) version.at = now - age
  })
}

const holderNow = (it: Account): Partial<Holder> => {
  const body = it.simulator.inspect().buckets[bucket]?.versions.findLast((one) => one.key === key)?.body
  return body === undefined ? {} : (JSON.parse(body) as Holder)
}
const versions = (it: Account): unknown[] =>
  it.simulator.inspect().buckets[bucket]?.versions.filter((one) => one.key === key) ?? []

const me = (it: Account): Holder => holder('deploy', 'r', it.simulator.clock.now())

describe('the lock of an environment', () => {
  test('is taken by one run and leaves nothing when it is released', async () => {
    const it = copyOf(bootstrapped)
    const lock = await acquire(await placeOf(it), me(it))
    expect(holderNow(it)).toMatchObject({ verb: 'deploy', host: hostname(), pid: process.pid })
    for (let n = 0; n < 3; n++) await lock.hold()
    expect(versions(it)).toHaveLength(4)
    await lock.release()
    expect(versions(it)).toEqual([])
  })

  test.each([
    ['a living run on another host', somebody, 59_000],
    ['a living process of this host', { ...somebody, host: hostname(), pid: process.pid }, 59_000],
  ])('held by %s is refused, and says who works and since when', async (_, who, age) => {
    const it = copyOf(bootstrapped)
    await lockedBy(it, who, age)
    await expect(acquire(await placeOf(it), me(it))).rejects.toMatchObject({
      code: 'LockHeld',
      exit: 3,
      message: expect.stringMatching(
        new RegExp(
          `^ada on ${who.host} has been running dr deploy on this environment since 2025-12-31T23:00:00.000Z \\(last sign of life \\d+ s ago\\); nothing was changed$`,
        ),
      ),
      hint: 'try again when it has ended; if it died, its lock is free 60 s after its last sign of life',
    })
    expect(holderNow(it)).toEqual(who)
  })

  test('names the page of the CI run that holds it', async () => {
    const it = copyOf(bootstrapped)
    await lockedBy(it, { ...somebody, url: 'https://ci.example/runs/7' })
    await expect(acquire(await placeOf(it), me(it))).rejects.toMatchObject({
      hint: 'watch it at https://ci.example/runs/7, or try again when it has ended',
    })
  })

  test.each([
    ['a host that has been silent for a minute', somebody, leaseMs],
    ['a dead process of this host, at once', { ...somebody, host: hostname(), pid: 999_999_999 }, 0],
  ])('is taken over from %s', async (_, who, age) => {
    const it = copyOf(bootstrapped)
    await lockedBy(it, who, age)
    await acquire(await placeOf(it), me(it))
    expect(holderNow(it)).toMatchObject({ run: 'r', pid: process.pid })
  })

  test('of this host is aged by the clock of this host: a simulated hour is no silence', async () => {
    const it = copyOf(bootstrapped)
    await acquire(await placeOf(it), me(it))
    await it.simulator.clock.sleep(3_600_000)
    await expect(acquire(await placeOf(it), me(it))).rejects.toMatchObject({ code: 'LockHeld' })
  })

  test('is aged by the clock of S3, not by ours', async () => {
    const it = copyOf(bootstrapped)
    const place = await placeOf(it)
    await lockedBy(it, somebody, 30_000)
    const hours = 3_600_000
    const wrong = { ...place.aws.clock, now: () => place.aws.clock.now() + 5 * hours }
    await expect(acquire({ ...place, aws: { ...place.aws, clock: wrong } }, me(it))).rejects.toMatchObject({
      code: 'LockHeld',
    })
  })

  test('that somebody took over is lost: holding it again throws, and releasing it leaves theirs', async () => {
    const it = copyOf(bootstrapped)
    const lock = await acquire(await placeOf(it), me(it))
    await lockedBy(it, somebody)
    await expect(lock.hold()).rejects.toMatchObject({
      code: 'LockLost',
      exit: 5,
      message: 'another run took the lock over while this one was silent; this run stops before its next change',
    })
    await lock.release()
    expect(holderNow(it)).toEqual(somebody)
  })

  test('is renewed while a run waits, but only when it has grown old', async () => {
    const it = copyOf(bootstrapped)
    const lock = await acquire(await placeOf(it), me(it))
    await lock.keep()
    expect(versions(it)).toHaveLength(1)
    await it.simulator.clock.sleep(25_000)
    await lock.keep()
    expect(versions(it)).toHaveLength(2)
  })

  test('whose renewal reached S3 while the answer got lost is still ours', async () => {
    const lost: Fault = { kind: 'lost-answer', command: 'PutObject', every: 2 }
    const it = copyOf(bootstrapped, [lost])
    const lock = await acquire(await placeOf(it), me(it))
    for (let n = 0; n < 4; n++) await lock.hold()
    await lock.release()
    expect(versions(it)).toEqual([])
  })

  test('that was taken while the answer got lost is ours', async () => {
    const it = copyOf(bootstrapped, [{ kind: 'lost-answer', command: 'PutObject', times: 1 }])
    const lock = await acquire(await placeOf(it), me(it))
    await lock.hold()
    expect(holderNow(it)).toMatchObject({ run: 'r' })
  })
})

describe('two runs at a time', () => {
  test('the second is refused and changes nothing', async () => {
    const it = copyOf(bootstrapped)
    const refused = async (): Promise<unknown> => {
      const session = await it.target()
      const error = await deploy(it.run('deploy'), session).then(String, (thrown: unknown) => thrown)
      return { error, mutating: session.aws.calls.mutating }
    }
    let second: Promise<unknown> | undefined
    const listen = (event: Event): void => {
      if (event.kind === 'operation-started' && event.stage === 'data') second ??= refused()
    }
    const first = deploy(it.run('deploy', { listen }), await it.target())
    expect(await first).toMatchObject({ exit: 0, causes: [] })
    expect(await second).toMatchObject({
      error: {
        code: 'LockHeld',
        exit: 3,
        message: expect.stringMatching(/has been running dr deploy on this environment since 2026-01-01T/),
      },
    })
    expect(await second).toHaveProperty('mutating', {})
  })

  test('one that lost the lock stops before its next change and ends with 5', async () => {
    const it = copyOf(bootstrapped)
    let stolen: Promise<void> | undefined
    const listen = (event: Event): void => {
      if (event.kind === 'operation-started' && event.stage === 'data') stolen ??= lockedBy(it, somebody)
    }
    const report = await deploy(it.run('deploy', { listen }), await it.target())
    await stolen
    expect(report).toMatchObject({ exit: 5 })
    expect(report.stages.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'upload unchanged',
      'foundation succeeded',
      'data failed',
      'app skipped',
      'dns skipped',
    ])
    expect(report.stages[2]?.message).toContain('another run took the lock over')
    const sets = Object.values(it.simulator.inspect().stackSets).map(({ name }) => name)
    expect(sets).toEqual(['dr-transactions-foundation-pr123', 'dr-transactions-data-pr123'])
    expect(holderNow(it)).toEqual(somebody)
  })
})
