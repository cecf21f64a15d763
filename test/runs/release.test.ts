import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { lastRelease, readRelease } from '../../src/lib/load/environment.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { account, type Account, copyOf } from '../cloud.ts'

const place = { system: 'transactions', suffix: 'pr123' }
let whole: Account

const memory = (it: Account): unknown[] =>
  Object.values(it.simulator.inspect().resources)
    .filter((one) => one.type === 'AWS::Lambda::Function' && one.physicalId.startsWith('transaction-processor'))
    .map((one) => one.properties['MemorySize'])

beforeAll(async () => {
  process.chdir(mkdtempSync(join(tmpdir(), 'dr-release-')))
  whole = account()
  await deploy(whole.run('deploy'), await whole.target())
  await deploy(whole.run('deploy'), await whole.target({ parameter: ['MemorySize=1024'] }))
}, 60_000)

describe('releases', () => {
  test('each deploy that changed something and ended well leaves one, with templates, parameters and outputs', async () => {
    const { aws, buckets } = await whole.target()
    expect(await lastRelease(aws, buckets, place)).toMatchObject({ id: 'r2', verdict: 'succeeded' })
    const first = await readRelease(aws, buckets, place, 'r1')
    expect(first?.stages['app']).toMatchObject({
      template: expect.stringMatching(/^cfn\/[0-9a-f]{64}\.json$/) as string,
      parameters: { MemorySize: '512' },
    })
    expect(first?.outputs['PrimaryVpcId']).toMatch(/^vpc-/)
    expect(first?.stageOutputs['foundation']?.primary?.['KeyArn']).toContain('us-east-1')
  })

  test('--release returns to one, whatever the templates say now', async () => {
    const it = copyOf(whole)
    expect(memory(it)).toEqual(['1024', '1024'])
    expect(await deploy(it.run('deploy'), await it.target({ release: 'r1' }))).toMatchObject({ exit: 0 })
    expect(memory(it)).toEqual(['512', '512'])
    const { aws, buckets } = await it.target()
    expect(await lastRelease(aws, buckets, place)).toMatchObject({ id: 'r3' })
  })

  test('one that is not recorded is refused, and nothing is touched', async () => {
    const session = await copyOf(whole).target({ release: 'r9' })
    await expect(deploy(whole.run('deploy'), session)).rejects.toMatchObject({ code: 'NoSuchRelease', exit: 2 })
    expect(session.aws.calls.mutating).toEqual({})
  })

  test('after a failed update the last good one is named, one command away', async () => {
    const it = copyOf(whole, [
      {
        kind: 'resource-fails',
        stage: 'app',
        region: 'us-east-1',
        logicalId: 'Function',
        reason: 'no such runtime',
        times: 1,
      },
    ])
    const report = await deploy(it.run('deploy'), await it.target({ parameter: ['MemorySize=2048'] }))
    expect(report).toMatchObject({ exit: 4 })
    expect(report.next.at(-1)).toMatch(/--release r2$/)
    const back = copyOf(it)
    expect(await deploy(back.run('deploy'), await back.target({ release: 'r2' }))).toMatchObject({ exit: 0 })
    expect(memory(back)).toEqual(['1024', '1024'])
  })
})
