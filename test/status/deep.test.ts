// Drift on the simulator: what was never looked for is no good news, and a deep look reaches into nested stacks.
import { describe, expect, test } from 'vitest'
import { status } from '../../src/lib/runs/status.ts'
import type { Fault } from '../../src/simulator/index.ts'
import type { Account } from '../cloud.ts'
import { deployed } from './deployed.ts'

const system = 'transactions'
const fresh = deployed({ system })

const seen = async (it: Account) => status(await it.target({ system }))
const deep = async (it: Account) => {
  const told: string[] = []
  const look = { signal: new AbortController().signal, tell: (what: string) => void told.push(what) }
  return { ...(await status(await it.target({ system }), look)), told }
}
const drift = ({ observation }: Awaited<ReturnType<typeof seen>>) => observation.drift
const stacks = (it: Account) =>
  Object.values(it.simulator.inspect().stacks).filter(({ name }) => !/^dr-(bootstrap|rights)/.test(name))
/** Somebody changes a resource past its stack. */
const bend = (it: Account, type: string, otherwise: object) =>
  it.simulator.change((cloud) => {
    for (const one of Object.values(cloud.resources))
      if (one.type === type) one.properties = { ...one.properties, ...otherwise }
  })

describe('drift', () => {
  test('that nobody ever looked for is a warning, with the command that looks', async () => {
    const found = await seen(fresh())
    expect(found.findings).toContainEqual(
      expect.objectContaining({ rule: 'drift', level: 'warning', what: 'drift was never looked for' }),
    )
    expect(found.findings.find(({ rule }) => rule === 'drift')?.mend).toContain('dr status --system transactions')
    expect(found).toMatchObject({ exit: 0 })
  })

  test('is looked for in every stack by --deep, nested ones included, and stays known with its age', async () => {
    const it = fresh()
    const found = await deep(it)
    expect(found.told).toEqual(['looking for drift, stack by stack', 'looking whether numbers arrive where they must'])
    expect(drift(found)).toMatchObject({ value: { stacks: stacks(it).length, drifted: [], unchecked: [] } })
    expect(found.findings.map(({ rule }) => rule)).not.toContain('drift')
    await it.simulator.clock.sleep(8 * 86_400_000)
    const later = await seen(it)
    expect(later.findings).toContainEqual(expect.objectContaining({ what: 'drift was looked for 8 d ago' }))
  }, 60_000)

  test('in a nested stack is told by the way that leads to it', async () => {
    const it = fresh()
    bend(it, 'AWS::KMS::Key', { EnableKeyRotation: 'false' })
    const { value } = drift(await deep(it)) as { value: { drifted: string[] } }
    expect(value.drifted).toEqual(['foundation/Baseline in us-east-1', 'foundation/Baseline in us-west-2'])
  }, 60_000)

  test('that a look at the whole stack set has found is told too', async () => {
    const it = fresh()
    it.simulator.change((cloud) => {
      for (const set of Object.values(cloud.stackSets))
        if (set.name.includes('-data-')) set.drift = { status: 'DRIFTED', detection: 'COMPLETED', at: cloud.now }
    })
    expect(drift(await seen(it))).toMatchObject({ value: { drifted: ['stack set data'] } })
  })

  test('that must not be looked for is told, and the rest of the screen comes', async () => {
    const denied: Fault[] = [{ kind: 'denied', command: 'DetectStackDrift', region: 'us-west-2' }]
    const found = await deep(fresh(denied))
    const troubles = found.findings.filter(({ rule }) => rule === 'deep')
    expect(troubles.length).toBeGreaterThan(10)
    expect(troubles[0]?.what).toContain('in us-west-2: User is not authorized to perform: DetectStackDrift')
    expect(found).toMatchObject({ answer: 'yes', exit: 0 })
  }, 60_000)
})

describe('the harmless drill of a deep look', () => {
  test('writes, finds and leaves its report, which the screen names', async () => {
    const found = await deep(fresh())
    expect(found.findings.filter(({ rule }) => rule === 'deep')).toEqual([])
    const { drills } = found.observation
    expect(drills).toMatchObject({ value: [expect.objectContaining({ scenario: 'probe', passed: true })] })
  }, 60_000)

  test('says what does not answer', async () => {
    const it = fresh()
    it.simulator.change((cloud) => {
      for (const one of Object.values(cloud.resources))
        if (one.type === 'AWS::Lambda::Function' && one.physicalId === 'transaction-processor-pr123')
          one.properties = { ...one.properties, ReservedConcurrentExecutions: '0' }
    })
    const found = await deep(it)
    expect(found.findings.find(({ rule }) => rule === 'deep')?.what).toMatch(/probe drill: .*ready: \d+ of \d+ were ok/)
  }, 60_000)
})
