// What the tests of every system ask of a whole life on the simulator: deploy, again, destroy, and anew.
import { readFileSync } from 'node:fs'
import { beforeAll, expect } from 'vitest'
import type { Report } from '../../src/lib/core/events.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import { loadSystem } from '../../src/lib/load/system.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import { type Account, account, copyOf } from '../cloud.ts'
import { contentOf, once } from '../once.ts'
import { templatesFolder } from '../requirements/templates.ts'
import { agreed, cloudOf, setOf } from '../runs/environment.ts'

const flagsOf = (system: string, more: SettingFlags = {}): SettingFlags => ({ system, 'create-secret': true, ...more })

/** An account in which `pr123` of a system was deployed, secrets included; the current folder holds its outputs. */
export function firstLife(system: string, flags: SettingFlags = {}): Promise<Account> {
  const { templates, ...others } = flags
  return once(['first life', system, others, templates && contentOf(templates)], async () => {
    const it = account()
    expectGood(await deploy(it.run('deploy'), await it.target(flagsOf(system, flags))))
    return it
  })
}

/** Deploys once more; gives the mutating calls that it made. `allowReplace` names what may be replaced. */
export async function deployAgain(
  it: Account,
  system: string,
  flags: SettingFlags = {},
  allowReplace: string[] = [],
): Promise<Record<string, number>> {
  const session = await it.target(flagsOf(system, flags))
  expectGood(await deploy(it.run('deploy'), session, { yes: true, allowReplace }))
  return session.aws.calls.mutating
}

/** Destroys the environment; gives what is left of it, as `type` or `type pending`. */
export async function destroyAll(it: Account, system: string): Promise<string[]> {
  expectGood(await destroy(it.run('destroy'), await it.target(flagsOf(system)), agreed))
  const { resources, stackSets, secrets, now } = cloudOf(it)
  const mine = (name: string) => name.includes('pr123')
  return [
    ...Object.values(stackSets).flatMap(({ name, status }) => (status === 'ACTIVE' && mine(name) ? name : [])),
    ...Object.values(secrets).flatMap(({ name, deletion }) => ((deletion?.goneAt ?? Infinity) > now ? name : [])),
    ...Object.values(resources)
      .filter(({ tags, physicalId }) => tags['EnvironmentSuffix'] === 'pr123' || mine(physicalId))
      .map(({ type, pendingUntil }) => (pendingUntil === undefined ? type : `${type} pending`)),
  ]
}

/** A first life for all tests of a block: a copy of the account for each, and the outputs by their keys. */
export function lived(system: string): { copy: (faults?: Fault[]) => Account; value: (key: string) => string } {
  let first: Account
  let values: Record<string, string>
  beforeAll(async () => {
    first = await firstLife(system)
    values = outputs()
  })
  return { copy: (faults) => copyOf(first, faults), value: (key) => values[key] ?? expect.unreachable(key) }
}

export const outputs = (): Record<string, string> =>
  JSON.parse(readFileSync('cfn-outputs/flat-outputs.json', 'utf8')) as Record<string, string>

/** Seconds from the first operation's begin to the last one's end, and the longest way through the stages. */
export function makespan(it: Account, system: string): { real: number; critical: number } {
  const path = new Map<string, number>()
  const { stages } = loadSystem(templatesFolder, system)
  const operations = stages.flatMap((stage) => {
    const own = setOf(it, stage.name, 'pr123', system).operations
    const seconds = own.reduce((sum, { createdAt, endedAt = 0 }) => sum + (endedAt - createdAt) / 1000, 0)
    path.set(stage.name, Math.max(0, ...stage.needs.map((name) => path.get(name) ?? 0)) + seconds)
    return own
  })
  const began = Math.min(...operations.map(({ createdAt }) => createdAt))
  const ended = Math.max(...operations.map(({ endedAt = 0 }) => endedAt))
  return { real: (ended - began) / 1000, critical: Math.max(...path.values()) }
}

function expectGood({ exit, causes, verdict }: Report): void {
  expect({ exit, causes, verdict }).toMatchObject({ exit: 0, causes: [] })
}
