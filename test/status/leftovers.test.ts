// What a drill left in the world: status and deploy tell it, with what brings it back.
import { describe, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { status } from '../../src/lib/runs/status.ts'
import { drillParameter } from '../../src/lib/core/names.ts'
import type { Account } from '../cloud.ts'
import { deployed } from './deployed.ts'

const system = 'transactions'
const west = 'us-west-2'
const processor = 'transaction-processor-pr123'
const fresh = deployed({ system })

const seen = async (it: Account) => status(await it.target({ system }))
const awsOf = async (it: Account) => (await it.target({ system })).aws
const left = ({ findings }: Awaited<ReturnType<typeof seen>>) => findings.filter(({ rule }) => rule === 'leftovers')
const name = async (it: Account, drill: object) =>
  (await (await awsOf(it)).parameters(west)).create(drillParameter(system, 'pr123'), JSON.stringify(drill), {})

describe('what an injection left', () => {
  test('is nothing in a fresh environment', async () => {
    const found = await seen(fresh())
    expect(found.observation.leftovers).toMatchObject({ value: [] })
    expect(found).toMatchObject({ exit: 0 })
  })

  test('is a function that may not run: a blocker, with the number that the template reserves', async () => {
    const it = fresh()
    await (await (await awsOf(it)).functions(west)).reserve(processor, 0)
    expect(left(await seen(it))).toMatchObject([
      {
        level: 'blocker',
        what: `a drill left the function ${processor} in us-west-2 switched off`,
        mend: `aws lambda put-function-concurrency --region us-west-2 --function-name ${processor} --reserved-concurrent-executions 100`,
      },
    ])
  })

  test('is a health check that is turned round', async () => {
    const it = fresh()
    const { outputs } = await seen(it)
    const id = outputs['FailoverHealthCheckId'] ?? ''
    await (await (await awsOf(it)).dns()).invert(id, true)
    expect(left(await seen(it))).toMatchObject([
      { level: 'blocker', mend: `aws route53 update-health-check --health-check-id ${id} --no-inverted` },
    ])
  })

  test('is told by a deploy, which does not take it back', async () => {
    const it = fresh()
    await (await (await awsOf(it)).functions(west)).reserve(processor, 0)
    const run = it.run('deploy')
    expect(await deploy(run, await it.target({ system }))).toMatchObject({ exit: 0 })
    const notices = run.events.flatMap((event) => (event.kind === 'notice' ? event.message : []))
    expect(notices.join('\n')).toContain(`a drill left the function ${processor} in us-west-2 switched off`)
  })
})

describe('a drill that is named in the surviving region', () => {
  const drill = { drill: 'd-2026-01-01T00-10-00Z', who: 'ann', deadline: '2026-01-01T01:00:00Z' }

  test('and that nobody runs is held, since its beginning, and is ended by its id', async () => {
    const it = fresh()
    await name(it, drill)
    const found = await seen(it)
    expect(found).toMatchObject({ answer: 'busy', exit: 10 })
    expect(found.observation.work).toMatchObject({
      value: { drill: drill.drill, since: Date.UTC(2026, 0, 1, 0, 10), by: `drill ${drill.drill} of ann` },
    })
    expect(found.findings.map(({ mend }) => mend).join()).toContain(`--resume ${drill.drill}`)
  })

  test('and that its dead man has stopped is held, whatever else', async () => {
    const it = fresh()
    await name(it, { ...drill, state: 'HELD' })
    expect((await seen(it)).verdict).toContain('held by its dead man')
  })

  test('has what it injected taken back by resuming it', async () => {
    const it = fresh()
    await name(it, drill)
    await (await (await awsOf(it)).functions(west)).reserve(processor, 0)
    expect(left(await seen(it))[0]?.mend).toContain(`--resume ${drill.drill}`)
  })
})
