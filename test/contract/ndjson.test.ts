import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Event, Report } from '../../src/lib/core/events.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { json } from '../../src/lib/views/ndjson.ts'
import { account, type Account } from '../cloud.ts'
import { line } from './ndjson.ts'

const folder = resolve('docs')
const reason = 'Role with name documents-replication-pr123 already exists.'
const faults = [
  {
    kind: 'resource-fails' as const,
    stage: 'data',
    region: 'us-east-1',
    logicalId: 'ReplicationRole',
    reason,
    times: 1,
  },
]

/** Every event that the work tells, and its report as the last line, as stdout would have them. */
async function linesOf(it: Account, verb: 'deploy' | 'destroy', flags = {}): Promise<string[]> {
  const run = it.run(verb)
  const session = await it.target(flags)
  const report: Report =
    verb === 'deploy' ? await deploy(run, session) : await destroy(run, session, { yes: true, show: () => undefined })
  const last: Event = { at: it.simulator.clock.now(), kind: 'run-finished', report }
  return [...run.events, last].map(json)
}

beforeAll(() => process.chdir(mkdtempSync(join(tmpdir(), 'dr-contract-'))))

describe('--json', () => {
  test('every line of a deploy, a failed one, an update and a destroy keeps the contract', async () => {
    const it = account({ faults })
    const runs = [
      await linesOf(it, 'deploy'),
      await linesOf(it, 'deploy'),
      await linesOf(it, 'deploy', { parameter: ['MemorySize=1024'] }),
      await linesOf(it, 'destroy'),
    ]
    const kinds = new Set<string>()
    for (const written of runs.flat()) {
      const result = line.safeParse(JSON.parse(written))
      expect(result.error?.issues ?? [], written).toEqual([])
      kinds.add((JSON.parse(written) as { kind: string }).kind)
    }
    expect([...kinds].sort()).toEqual([
      'instance-finished',
      'operation-started',
      'planned',
      'progress',
      'resource',
      'run-finished',
      'stage-finished',
      'stage-started',
    ])
    for (const run of runs) expect(run.at(-1)).toContain('"kind":"run-finished"')
  }, 60_000)

  test('no line holds a whole account id outside of ARNs that AWS itself wrote', async () => {
    const [first = ''] = await linesOf(account(), 'deploy')
    expect(first).not.toContain('000000000000')
  })

  test('a line that breaks the contract is noticed', () => {
    const good = { schema: 1, time: '2026-01-01T00:00:00.000Z', kind: 'notice', message: 'x' }
    expect(line.safeParse(good).success).toBe(true)
    expect(line.safeParse({ ...good, schema: 2 }).success).toBe(false)
    expect(line.safeParse({ ...good, extra: 1 }).success).toBe(false)
    expect(line.safeParse({ ...good, kind: 'gossip' }).success).toBe(false)
  })

  test('is published as a JSON schema', async () => {
    const schema = { title: 'dr --json, one line', ...z.toJSONSchema(line) }
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(join(folder, 'ndjson.schema.json'))
  })
})
