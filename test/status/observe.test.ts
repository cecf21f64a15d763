// What the observer sees of deployed environments, on the simulator: nobody is told more than was looked at.
import { beforeAll, describe, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { status } from '../../src/lib/runs/status.ts'
import { schemaVersion } from '../../src/lib/views/ndjson.ts'
import { account, type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { form } from './form.ts'

const flags = { system: 'citizen', 'create-secret': true }
let whole: Account

beforeAll(async () => {
  inEmptyFolder()
  whole = account()
  expect(await deploy(whole.run('deploy'), await whole.target(flags))).toMatchObject({ exit: 0 })
}, 120_000)

const seen = async (it: Account) => status(await it.target(flags))

describe('a system of one region', () => {
  test('can fail over to the zone of its standby, and the command is given', async () => {
    const found = await seen(copyOf(whole))
    expect(found).toMatchObject({ answer: 'yes', exit: 0, mode: 'between zones' })
    expect([found.from, found.to].every((zone) => /^eu-central-2[a-c]$/.test(zone))).toBe(true)
    expect(found.from).not.toBe(found.to)
    expect(found.command).toContain('--force-failover')
    expect(found.observation.secrets).toMatchObject([{ now: { value: { state: 'there' } } }])
  })

  test('tells a machine the same in the published form', async () => {
    const { snapshot: _, ...told } = await seen(copyOf(whole))
    const heading = {
      verb: 'status',
      system: 'citizen',
      suffix: 'pr123',
      account: '····0000',
      regions: [],
      simulated: true,
    }
    const line: unknown = JSON.parse(JSON.stringify({ schema: schemaVersion, kind: 'status', ...heading, ...told }))
    expect(form.safeParse(line).error?.issues ?? []).toEqual([])
  })

  test('whose region does not answer is unknown', async () => {
    const it = copyOf(whole, [{ kind: 'region-gone', region: 'eu-central-2' }])
    expect(await seen(it)).toMatchObject({ answer: 'unknown', exit: 7 })
  })

  test('without its secret is not ready, and is told how to get it back', async () => {
    const it = copyOf(whole)
    it.simulator.change((cloud) => {
      cloud.secrets = {}
    })
    const found = await seen(it)
    expect(found).toMatchObject({ exit: 9 })
    expect(found.findings.filter(({ level }) => level === 'blocker')).toMatchObject([{ rule: 'secrets' }])
  })
})

test('what a look finds is not old when the look was slow', async () => {
  const it = copyOf(whole)
  const session = await it.target(flags)
  // An hour passes until the last answer: more than the objective allows for what is old.
  const alarms = session.aws.alarms.bind(session.aws)
  const slow = async (region: string) => {
    await it.simulator.clock.sleep(4_000_000)
    return alarms(region)
  }
  const began = it.simulator.clock.now()
  const found = await status({ ...session, aws: { ...session.aws, alarms: slow } })
  expect(found).toMatchObject({ answer: 'yes', exit: 0, observation: { at: began } })
})
