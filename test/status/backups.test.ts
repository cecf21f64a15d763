// Backups and quotas of payments on the simulator: what could be brought back until when, and how much room there is.
import { describe, expect, test } from 'vitest'
import { recoveryPointType, restoreJobType } from '../../src/simulator/resources/backup.ts'
import { status } from '../../src/lib/runs/status.ts'
import type { Account } from '../cloud.ts'
import { deployed } from './deployed.ts'

const system = 'payments'
const hour = 3_600_000
const [east, west] = ['us-east-1', 'us-west-2']
const fresh = deployed({ system, 'create-secret': true }, 100 * hour)

const seen = async (it: Account) => status(await it.target({ system }))
const said = (found: Awaited<ReturnType<typeof seen>>, rule: string) =>
  found.findings.flatMap((one) => (one.rule === rule ? `${one.level}: ${one.what}` : []))
/** A job of AWS Backup that ended so many hours ago. */
const job = (it: Account, type: string, region: string, hours: number, properties: Record<string, string> = {}) =>
  it.simulator.change((cloud) => {
    const physicalId = `arn:aws:backup:${region}:000000000000:${type} ${hours} ${properties['ResourceArn'] ?? ''}`
    cloud.resources[physicalId] = {
      type,
      physicalId,
      region,
      properties: { BackupVaultName: 'payments-pr123', ...properties },
      attributes: {},
      tags: {},
      createdAt: cloud.now - hours * hour,
    }
  })

describe('the backups of payments', () => {
  test('are, before the first one, what the services restore by themselves', async () => {
    const found = await seen(fresh())
    const { backup } = found.observation
    expect(backup).toMatchObject({ value: { copies: true, lacking: ['vault payments-pr123'] } })
    expect(said(found, 'backup')).toEqual([
      'warning: no backup yet of vault payments-pr123',
      'warning: no backup was copied to the other region yet',
    ])
    expect(found).toMatchObject({ exit: 0 })
  })

  test('are as old as the oldest of what is the newest of each', async () => {
    const it = fresh()
    for (const [resource, hours] of [
      ['cluster', 30],
      ['cluster', 3],
      ['table', 5],
    ] as const)
      job(it, recoveryPointType, east, hours, { ResourceArn: `arn:aws:x:::${resource}` })
    for (const [resource, hours] of [
      ['cluster', 2],
      ['cluster', 1],
      ['table', 7],
    ] as const)
      job(it, recoveryPointType, west, hours, { ResourceArn: `arn:aws:x:::${resource}` })
    const { observation } = await seen(it)
    const { backup, at } = observation
    const value = 'value' in backup ? backup.value : undefined
    expect(value).toMatchObject({ lacking: [] })
    expect(Math.round((at - (value?.taken ?? 0)) / hour)).toBe(5)
    expect(Math.round((at - (value?.copied ?? 0)) / hour)).toBe(7)
  })

  test('that were not taken or copied for a day, and of which no restore was tested, are warnings', async () => {
    const it = fresh()
    job(it, recoveryPointType, east, 50)
    job(it, recoveryPointType, west, 49)
    expect(said(await seen(it), 'backup')).toEqual([
      'warning: last backup 2 d ago',
      'warning: last backup copied 2 d ago',
      'warning: no restore was ever tested',
    ])
    job(it, restoreJobType, west, 24)
    expect(said(await seen(it), 'backup')).not.toContain('warning: no restore was ever tested')
  })

  test('that failed count for nothing, nor does a restore from another vault', async () => {
    const it = fresh()
    job(it, recoveryPointType, east, 1, { Status: 'PARTIAL' })
    job(it, restoreJobType, west, 24, { BackupVaultName: 'other-payments-pr123' })
    const { backup } = (await seen(it)).observation
    expect(backup).toMatchObject({ value: { lacking: ['vault payments-pr123'] } })
    expect(backup).not.toHaveProperty('value.tested')
  })
})

describe('the quotas of payments', () => {
  const limit = (it: Account, name: string, most: number) =>
    it.simulator.change((cloud) => void (cloud.quotas = { [`${west}|${name}`]: most }))

  test('have room in both regions', async () => {
    const { regions } = (await seen(fresh())).observation
    for (const { quotas } of regions)
      expect(quotas).toMatchObject({ value: [{ name: 'lambda', headroom: 99 }, { name: 'rds' }] })
  })

  test('of functions must hold what both regions run at their peaks', async () => {
    const it = fresh()
    limit(it, 'ConcurrentExecutions', 5)
    expect(said(await seen(it), 'quotas')).toEqual(['warning: us-west-2 lambda headroom 20% < 25%'])
    limit(it, 'ConcurrentExecutions', 4)
    expect(await seen(it)).toMatchObject({ answer: 'no', exit: 9 })
  })

  test('of databases are a warning when they are used up: a failover makes none', async () => {
    const it = fresh()
    limit(it, 'DBInstances', 1)
    expect(said(await seen(it), 'quotas')).toEqual(['warning: us-west-2 rds headroom 0% < 25%'])
  })
})
