import { describe, expect, test } from 'vitest'
import { makeEmptier } from './handler.ts'
import type { ResourceEvent } from '../answer.ts'

const properties = { VaultName: 'payments-pr1', VaultArn: 'arn:vault', PeerRegion: 'region-a' }

/** A vault as AWS Backup shows it, on a clock of its own. */
function vault(content: Partial<Content> = {}) {
  let time = 0
  const limit = 890_000
  const state: Content = { points: {}, backups: {}, copies: [], deletions: 20_000, peerIsGone: false, ...content }
  const deleting = new Map<string, number>()
  const logs: string[] = []
  /** What arrives meanwhile, and what a deletion has removed. */
  const settle = (): void => {
    for (const [job, { ends, makes }] of Object.entries(state.backups)) {
      if (time < ends) continue
      delete state.backups[job]
      if (makes) state.points[makes] = {}
    }
    for (const copy of state.copies.filter(({ ends }) => time >= ends)) state.points[copy.makes] = {}
    state.copies = state.copies.filter(({ ends }) => time < ends)
    for (const [arn, at] of deleting) if (time >= at) delete state.points[arn]
  }
  const emptier = makeEmptier({
    recoveryPoints: async () => {
      settle()
      return Object.keys(state.points)
    },
    deleteRecoveryPoint: async (_, arn) => {
      if ((state.points[arn]?.busyUntil ?? 0) > time) throw new Error(`${arn} is being copied`)
      if (!deleting.has(arn)) deleting.set(arn, time + state.deletions)
    },
    runningBackups: async () => {
      settle()
      return Object.keys(state.backups)
    },
    stopBackup: async (job) => {
      if (state.backups[job]?.stubborn) throw new Error('it does not stop')
      delete state.backups[job]
    },
    runningCopies: async (arn, region) => {
      expect([arn, region]).toEqual(['arn:vault', 'region-a'])
      if (state.peerIsGone) throw new Error('no answer')
      settle()
      return state.copies.length
    },
    sleep: async (milliseconds) => {
      time += milliseconds
    },
    report: (what) => logs.push(what),
  })
  const request = (RequestType: ResourceEvent['RequestType']) =>
    emptier.work(
      {
        RequestType,
        ResponseURL: '',
        StackId: '',
        RequestId: '',
        LogicalResourceId: '',
        ResourceProperties: properties,
      },
      () => limit - time,
    )
  return { state, logs, request, emptier, at: () => time }
}

interface Content {
  points: Record<string, { busyUntil?: number }>
  backups: Record<string, { ends: number; makes?: string; stubborn?: boolean }>
  copies: { ends: number; makes: string }[]
  /** ms from the request to the removal. */
  deletions: number
  peerIsGone: boolean
}

describe('the vault of an environment (PAY-09, PAY-22)', () => {
  test('is empty when its stack is about to delete it', async () => {
    const { state, request } = vault({ points: { a: {}, b: {} } })
    await request('Delete')
    expect(state.points).toEqual({})
  })

  test.each(['Create', 'Update'] as const)('keeps its backups on %s', async (kind) => {
    const { state, request } = vault({ points: { a: {} } })
    await request(kind)
    expect(Object.keys(state.points)).toEqual(['a'])
  })

  test('that is empty already takes two looks', async () => {
    const { request, at } = vault()
    await request('Delete')
    expect(at()).toBe(10_000)
  })

  test('gets nothing more from backups that run: they are stopped', async () => {
    const { state, request } = vault({ backups: { j: { ends: 60_000, makes: 'late' } } })
    await request('Delete')
    expect(state).toMatchObject({ points: {}, backups: {} })
  })

  test('waits for a backup that does not stop, and deletes what it made', async () => {
    const { state, request, at } = vault({ backups: { j: { ends: 60_000, makes: 'late', stubborn: true } } })
    await request('Delete')
    expect(state.points).toEqual({})
    expect(at()).toBeGreaterThanOrEqual(60_000)
  })

  test('waits for copies out of the other region, and deletes them', async () => {
    const { state, request } = vault({ copies: [{ ends: 300_000, makes: 'copied' }] })
    await request('Delete')
    expect(state.points).toEqual({})
  })

  test('waits for no copies out of a region that is gone', async () => {
    const { state, request, logs } = vault({ points: { a: {} }, peerIsGone: true })
    await request('Delete')
    expect(state.points).toEqual({})
    expect(logs).toContain('copies from region-a are not known: Error: no answer')
  })

  test('tries a recovery point again that was in use', async () => {
    const { state, request } = vault({ points: { a: { busyUntil: 120_000 } } })
    await request('Delete')
    expect(state.points).toEqual({})
  })

  test('that does not become empty in time fails with what is left and why', async () => {
    const { request, at } = vault({ points: { a: { busyUntil: Number.POSITIVE_INFINITY } } })
    const why = 'payments-pr1 still has 1 recovery points and 0 running jobs; Error: a is being copied'
    await expect(request('Delete')).rejects.toThrow(why)
    expect(at()).toBeLessThan(890_000)
  })

  test('names the resource', () => {
    expect(vault().emptier.identify(properties)).toBe('payments-pr1')
  })
})
