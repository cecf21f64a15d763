import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { evidencePack } from '../../src/lib/drill/evidence/pack.ts'
import { sample } from '../drill/sample.ts'
import { drillReport } from './drill-report.ts'

const written = (): Record<string, unknown> => {
  const report = { ...sample(), account: '····0000' }
  return JSON.parse(evidencePack(report, [])['report.json'] ?? '') as Record<string, unknown>
}

describe('report.json of a drill', () => {
  test('keeps the contract, also where no end was seen', () => {
    expect(drillReport.safeParse(written()).error?.issues ?? []).toEqual([])
    const bounds = { from: 5, to: Number.POSITIVE_INFINITY }
    const endless = JSON.parse(JSON.stringify(bounds)) as object
    const [objective] = sample().objectives
    expect(drillReport.safeParse({ ...written(), objectives: [{ ...objective, bounds: endless }] }).success).toBe(true)
  })

  test('that breaks the contract is noticed', () => {
    for (const change of [
      { version: 2 },
      { extra: 1 },
      { plan: 'x' },
      { account: '000000000000' },
      { scenario: 'flood' },
    ])
      expect(drillReport.safeParse({ ...written(), ...change }).success).toBe(false)
  })

  test('is published as a JSON schema', async () => {
    const schema = { title: 'report.json of dr failover-test', ...z.toJSONSchema(drillReport) }
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
      resolve('docs/drill-report.schema.json'),
    )
  })
})
