// Which systems are put to the test, and the accounts that runs of them start from.
import { fileURLToPath } from 'node:url'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { type Account, account, copyOf } from '../cloud.ts'
import { contentOf, once } from '../once.ts'
import { type End, live } from './life.ts'
import type { Environment } from './standing.ts'

export interface Subject {
  environment: Environment
  flags: SettingFlags
  /** A parameter that an update changes, `Name=Value`. */
  changed: string
  regions: string[]
}

const suffix = 'pr123'
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

export const miniature: Subject = {
  environment: { system: 'miniature', suffix },
  flags: { system: 'miniature', templates: path('../fixtures/miniature') },
  changed: 'Retention=14',
  regions: ['us-east-1', 'us-west-2'],
}

const templates = path('../../cfn')

/** What an update of a system changes; of one that is not named here, what its large scale changes first. */
const updates: Record<string, string> = { transactions: 'MemorySize=1024', payments: 'ThrottlingRateLimit=2000' }

/** A system that comes with dr. */
export function shipped(system: string): Subject {
  const { regions, scales } = loadSystem(templates, system)
  const larger = Object.entries(scales.large).find(([name, value]) => scales.small[name] !== value)
  const changed = updates[system] ?? larger?.join('=')
  if (changed === undefined) throw new Error(`say in ${import.meta.url} what an update of ${system} changes`)
  return {
    environment: { system, suffix },
    // Without effect where a system has no secrets.
    flags: { system, 'create-secret': true },
    changed,
    regions: Object.values(regions),
  }
}

/** All that come with dr. */
export const shippedSystems = (): Subject[] => systemNames(templates).map(shipped)

/** The miniature system and all that come with dr. */
export const everySubject = (): Subject[] => [miniature, ...shippedSystems()]

/** An account that bootstrap has prepared for a system. */
export function prepared({ flags }: Subject): Promise<Account> {
  const content = flags.templates === undefined ? '' : contentOf(flags.templates)
  return once(['subject prepared', flags, content], async () => {
    const it = account()
    demand(await live(it.simulator, 'bootstrap', flags).end)
    return it
  })
}

/** A copy of `from` in which the subject is deployed. */
export async function deployed(from: Account, { flags }: Subject): Promise<Account> {
  const it = copyOf(from)
  demand(await live(it.simulator, 'deploy', flags).end)
  return it
}

/** Throws unless the run ended well. */
export function demand(end: End): void {
  if (end === 'died') throw new Error('the run died')
  if ('error' in end) throw end.error
  if (end.report.exit !== 0) throw new Error(end.report.verdict)
}

/** Lets AWS end what goes on by itself. */
export const rest = ({ clock }: Simulator): Promise<void> => clock.sleep(3_600_000)
