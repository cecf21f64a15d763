// S1 of docs/scenarios.md: overrides of one instance come, change and go, one operation each, and never cost it its stack.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import type { Event } from '../../src/lib/core/events.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { type Account, account, inEmptyFolder } from '../cloud.ts'
import { cloudOf, setOf } from './environment.ts'

const fixtures = 'test/fixtures/miniature'
const [east, west] = ['us-east-1', 'us-west-2']
let from: string

/** The miniature system with a second parameter and these overrides in its second region. */
function overriding(overrides: string): SettingFlags {
  const folder = mkdtempSync(join(tmpdir(), 'dr-overrides-'))
  cpSync(from, folder, { recursive: true })
  const edit = (name: string, change: (text: string) => string): void => {
    const path = join(folder, 'systems/miniature', name)
    writeFileSync(path, change(readFileSync(path, 'utf8')))
  }
  edit('system.yaml', (text) => text.replace('{ primary: { PeerGroup: link.failover.GroupName } }', overrides))
  edit('link.yaml', (text) =>
    text
      .replace('Parameters:\n', 'Parameters:\n  Second: { Type: String, Default: none }\n')
      .replace('Outputs:\n', 'Outputs:\n  Twin: { Value: !Sub "${Group.Outputs.GroupName}-${Second}" }\n'),
  )
  return { system: 'miniature', templates: folder }
}

beforeAll(() => {
  from = mkdtempSync(join(tmpdir(), 'dr-fixtures-'))
  cpSync(fixtures, from, { recursive: true })
  cpSync('cfn/bootstrap.yaml', join(from, 'bootstrap.yaml'))
  inEmptyFolder()
})

const instanceOf = (it: Account, region: string | undefined) =>
  setOf(it, 'link', 'pr123', 'miniature').instances.find((one) => one.region === region)
const stackOf = (it: Account, region: string | undefined) => cloudOf(it).stacks[instanceOf(it, region)?.stackId ?? '']

test('S1: an override, another value and a second one, the second gone, none', async () => {
  const it = account()
  const group = `miniature-${west}-pr123`
  const twin = `${group}-none`
  const deployed = async (flags: SettingFlags): Promise<Event[]> => {
    const run = it.run('deploy')
    expect(await deploy(run, await it.target(flags))).toMatchObject({ exit: 0, causes: [] })
    return run.events
  }
  await deployed(overriding('{ primary: { PeerGroup: link.failover.GroupName } }'))
  expect(instanceOf(it, east)?.overrides).toEqual({ PeerGroup: group })
  const steps: [string, Record<string, string>, string, string[]][] = [
    [
      '{ primary: { PeerGroup: link.failover.Twin, Second: link.failover.GroupName } }',
      { PeerGroup: twin, Second: group },
      twin,
      [`Second none → ${group} link.failover.GroupName`, `PeerGroup ${group} → ${twin} link.failover.Twin`],
    ],
    ['{ primary: { PeerGroup: link.failover.Twin } }', { PeerGroup: twin }, twin, [`Second ${group} → none default`]],
    ['{}', {}, 'none', [`PeerGroup ${twin} → none default`]],
  ]
  for (const [overrides, expected, peer, said] of steps) {
    const flags = overriding(overrides)
    const before = [east, west].map((region) => stackOf(it, region)?.id)
    const untouched = stackOf(it, west)?.events.length
    const { differences } = await planned(await it.target(flags), { schema: false })
    const told = differences.instances.flatMap(({ region, parameters }) =>
      parameters.map((one) => `${region} ${one.name} ${one.before} → ${one.after} ${one.source}`),
    )
    expect(told).toEqual(said.map((line) => `${east} ${line}`))
    const events = await deployed(flags)
    expect(events.filter(({ kind }) => kind === 'operation-started')).toHaveLength(1)
    expect(instanceOf(it, east)?.overrides).toEqual(expected)
    expect(stackOf(it, east)?.parameters['PeerGroup']).toBe(peer)
    expect([east, west].map((region) => stackOf(it, region)?.id)).toEqual(before)
    expect(stackOf(it, west)?.events.length).toBe(untouched)
  }
})
