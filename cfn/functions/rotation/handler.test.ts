import { describe, expect, test } from 'vitest'
import { makeHandler, type RotationEvent } from './handler.ts'

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret']
const old = { username: 'owner', password: 'old-password', host: 'db.example', port: 5432 }

/** A secret and a database that behave as Secrets Manager and RDS do, on a clock of their own. */
function world() {
  let time = 0
  let passwords = 0
  const limit = 900_000
  const state = {
    rotates: true,
    versions: new Map<string, { text?: string; stages: string[] }>([
      ['v1', { text: JSON.stringify(old), stages: ['AWSCURRENT'] }],
      ['v2', { stages: ['AWSPENDING'] }],
    ]),
    masterUsername: 'owner',
    /** What a client would log in with. */
    password: old.password,
    /** A change shows after `shown` ms and is in use after `applied` ms. */
    change: undefined as { password: string; shown: number; applied: number } | undefined,
    busyUntil: 0,
    endsAt: limit,
    changes: 0,
    failure: undefined as Error | undefined,
  }
  const logs: string[] = []
  const settle = (): void => {
    if (!state.change || time < state.change.applied) return
    state.password = state.change.password
    state.change = undefined
  }
  const handler = makeHandler({
    describe: async () => ({
      rotates: state.rotates,
      stages: Object.fromEntries([...state.versions].map(([id, { stages }]) => [id, stages])),
    }),
    read: async (_, stage, version) =>
      [...state.versions].find(([id, { stages }]) => stages.includes(stage) && (version ?? id) === id)?.[1].text,
    store: async (_, version, text) => {
      const held = state.versions.get(version)
      if (held?.text !== undefined && held.text !== text) throw new Error('ResourceExistsException')
      state.versions.set(version, { text, stages: ['AWSPENDING'] })
    },
    promote: async (_, version, from) => {
      const [to, before] = [state.versions.get(version), state.versions.get(from ?? '')]
      if (!to || !before?.stages.includes('AWSCURRENT')) throw new Error('InvalidParameterException')
      before.stages = ['AWSPREVIOUS']
      to.stages = ['AWSCURRENT', 'AWSPENDING']
    },
    observe: async () => {
      settle()
      const changing = state.change !== undefined && time >= state.change.shown
      const status = time < state.busyUntil ? 'backing-up' : changing ? 'resetting-master-credentials' : 'available'
      return { status, masterUsername: state.masterUsername, passwordPending: changing }
    },
    setPassword: async (password) => {
      if (time < state.busyUntil || state.change) throw new Error('InvalidDBInstanceState')
      if (state.failure) throw state.failure
      state.changes++
      state.change = { password, shown: time + 15_000, applied: time + 75_000 }
    },
    newPassword: () => `new-password-${++passwords}`,
    sleep: async (milliseconds) => {
      time += milliseconds
    },
    remaining: () => state.endsAt - time,
    report: (what) => logs.push(what),
  })
  const run = async (Step: string) => {
    state.endsAt = time + limit
    await handler({ SecretId: 'dr/records/pr1/database', ClientRequestToken: 'v2', Step } satisfies RotationEvent)
  }
  const current = () => {
    settle()
    const text = [...state.versions.values()].find(({ stages }) => stages.includes('AWSCURRENT'))?.text ?? '{}'
    return JSON.parse(text) as Record<string, unknown>
  }
  return { state, logs, run, current, at: () => time }
}

async function failureOf(work: Promise<void>): Promise<Error> {
  return work.then(
    () => expect.unreachable('it must fail'),
    (error: Error) => error,
  )
}

describe('a rotation (REC-12, STR-19, CIT-09)', () => {
  test('ends with a secret that opens the database, and keeps its other keys', async () => {
    const { state, run, current } = world()
    for (const step of steps) await run(step)
    expect(current()).toEqual({ ...old, password: 'new-password-1' })
    expect(state.password).toBe('new-password-1')
  })

  test('makes nothing current before the database uses it, though RDS shows the change late', async () => {
    const { state, run } = world()
    await run('createSecret')
    await run('setSecret')
    expect(state.change).toBeUndefined()
    expect(state.password).toBe('new-password-1')
  })

  test.each(steps)('may repeat the step %s', async (repeated) => {
    const { state, run, current } = world()
    for (const step of steps) {
      await run(step)
      if (step === repeated) await run(step)
    }
    expect(current()['password']).toBe('new-password-1')
    expect(state.password).toBe('new-password-1')
  })

  test('that is repeated as a whole after it ended changes nothing', async () => {
    const { state, run, current } = world()
    for (const step of [...steps, ...steps]) await run(step)
    expect(state.changes).toBe(1)
    expect(current()['password']).toBe('new-password-1')
  })

  test('waits for a database that is busy', async () => {
    const { state, run, at } = world()
    state.busyUntil = 300_000
    await run('createSecret')
    await run('setSecret')
    expect(at()).toBeGreaterThanOrEqual(300_000)
    expect(state.password).toBe('new-password-1')
  })

  test('gives up within its time when the database stays busy, and can be repeated', async () => {
    const { state, run, at } = world()
    state.busyUntil = 1_200_000
    await run('createSecret')
    expect((await failureOf(run('setSecret'))).message).toMatch(/is backing-up and did not come to rest in time/)
    expect(at()).toBeLessThan(900_000)
    await run('setSecret')
    expect(state.password).toBe('new-password-1')
  })

  test('goes on after a try that ended between the change and its answer', async () => {
    const { state, run } = world()
    await run('createSecret')
    state.change = { password: 'new-password-1', shown: 0, applied: 60_000 }
    await run('setSecret')
    expect(state.password).toBe('new-password-1')
  })
})

describe('testSecret', () => {
  test('passes with a pending version that holds nothing, as when a schedule is set', async () => {
    const { state, run } = world()
    state.rotates = false
    // A fresh database is backing up for as long as it takes.
    state.busyUntil = Number.POSITIVE_INFINITY
    await run('testSecret')
    expect(state.changes).toBe(0)
  })

  test('fails while the database does not serve', async () => {
    const { state, run } = world()
    await run('createSecret')
    state.busyUntil = Number.POSITIVE_INFINITY
    expect((await failureOf(run('testSecret'))).message).toMatch(/did not come to rest/)
  })
})

describe('a rotation is refused', () => {
  test.each([
    ['while rotation is off', 'Rotation of this secret is switched off.'],
    ['for a version that is not pending', 'The version to rotate to is not pending.'],
    ['for a secret without a password', /must be a JSON object with username and password/],
    ['for a secret that is no JSON', /must be a JSON object with username and password/],
    ['for a secret without text', /current version of the secret holds no text/],
  ])('%s', async (why, message) => {
    const { state, run } = world()
    const current = state.versions.get('v1') ?? { stages: [] }
    if (why.includes('off')) state.rotates = false
    if (why.includes('pending')) state.versions.delete('v2')
    if (why.includes('without a password')) current.text = '{"username":"owner"}'
    if (why.includes('no JSON')) current.text = 'old-password'
    if (why.includes('without text')) delete current.text
    expect((await failureOf(run('createSecret'))).message).toMatch(message)
  })

  test('for another user than the master user, whom RDS would not change', async () => {
    const { state, run } = world()
    state.masterUsername = 'postgres'
    await run('createSecret')
    expect((await failureOf(run('setSecret'))).message).toMatch(/another user than the master user/)
    expect(state.changes).toBe(0)
  })

  test('for a step that does not exist', async () => {
    expect((await failureOf(world().run('dropSecret'))).message).toMatch(/unknown step dropSecret/)
  })
})

describe('no secret', () => {
  test('is in the log of a rotation', async () => {
    const { logs, run } = world()
    for (const step of steps) await run(step)
    expect(logs).toHaveLength(4)
    expect(logs.join()).not.toMatch(/password-|owner/)
  })

  test('is in an error, even if the service quotes it', async () => {
    const { state, run } = world()
    await run('createSecret')
    const failure = Object.assign(new Error("'new-password-1' is weak, 'old-password' was not"), {
      name: 'InvalidParameterValue',
      $response: { body: 'new-password-1' },
    })
    state.failure = failure
    const error = await failureOf(run('setSecret'))
    expect(error.name).toBe('InvalidParameterValue')
    expect(JSON.stringify([error.message, error.stack, Object.entries(error)])).not.toContain('new-password-1')
    expect(error.cause).toBeUndefined()
  })

  test('is in the error about a secret that cannot be read', async () => {
    const { state, run } = world()
    const current = state.versions.get('v1') ?? { stages: [] }
    current.text = '{"password": "old-password'
    expect((await failureOf(run('createSecret'))).message).not.toContain('old-password')
  })
})
