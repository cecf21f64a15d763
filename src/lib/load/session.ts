// load: settings, system, identity and the environment's record, before anything is decided.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Aws, connect, type Connection } from '../aws/connect.ts'
import { anyOf } from '../aws/silence.ts'
import { realClock } from '../core/clock.ts'
import type { Settings } from './config.ts'
import { type Environment, findBuckets, readEnvironment } from './environment.ts'
import { makeDataFolder } from '../core/data-folder.ts'
import { DrError } from '../core/errors.ts'
import type { Region, Role, System, Target } from '../core/model.ts'
import { checkSuffix, environmentOptions, masked } from '../core/names.ts'
import { type Net, realNet } from '../aws/net.ts'
import { loadSystem } from './system.ts'

/** How `--local` and its companions were given. */
interface LocalOptions {
  local: boolean
  speed: number
  faults: string | undefined
}

/** Everything a verb starts from. */
export interface Session {
  settings: Settings
  system: System
  aws: Aws
  simulated: boolean
  /** Its addresses and name servers; `zone` is asked of Route 53 where no name server can be reached. */
  net(zone?: string): Net
  /** The administration region: the failover region, since losing the primary must not take control away. */
  home: Region
  /** Artifact buckets by region, as they stand now. */
  buckets: Record<Region, string>
  environment: Environment | undefined
}

/** A session about one environment. */
export interface TargetSession extends Session {
  target: Target
}

/** What a person types behind a command to mean this environment. */
export const optionsOf = ({ target, simulated }: Pick<TargetSession, 'target' | 'simulated'>): string =>
  environmentOptions(target.system.name, target.suffix, simulated)

/** The templates that come with dr: five systems, and the bootstrap of an account, which serves systems of others too. */
export const ownTemplates = fileURLToPath(new URL('../../../cfn', import.meta.url))

/** The templates that come with dr, or those of `--templates`. */
export function templatesFolder(settings: Settings): string {
  if (settings.templates === undefined) return ownTemplates
  const folder = resolve(settings.templates)
  if (existsSync(folder)) return folder
  throw new DrError(
    'NoTemplates',
    2,
    `there is no folder ${folder}`,
    'give the folder that holds systems/ with --templates',
  )
}

const roles: Role[] = ['standalone', 'primary', 'failover']

/**
 * The regions that the user or the system names, before any record is known.
 * @throws DrError exit 2: a failover region that means nothing, two equal ones, or one where the data may not be
 */
export function chosenRegions(system: System, settings: Settings): Partial<Record<Role, Region>> {
  const chosen = named(system, settings)
  const { allow = ['*'], because = '' } = system.residency ?? {}
  const fits = (region: Region): boolean =>
    allow.some((it) => (it.endsWith('*') ? region.startsWith(it.slice(0, -1)) : region === it))
  for (const [role, region] of Object.entries(chosen))
    if (!fits(region))
      throw new DrError(
        'RegionNotAllowed',
        2,
        `${system.name} may not be in ${region}: ${because}; nothing was changed`,
        `choose a region among ${allow.join(', ')}: --${role === 'failover' ? 'failover' : 'primary'} ${system.regions[role as Role] ?? ''}`,
      )
  return chosen
}

function named(system: System, settings: Settings): Partial<Record<Role, Region>> {
  if (system.regions.standalone !== undefined) {
    if (settings.failover !== undefined)
      throw new DrError(
        'NoFailoverRegion',
        2,
        `${system.name} has one region only, so --failover means nothing`,
        'leave --failover out',
      )
    return { standalone: settings.primary ?? system.regions.standalone }
  }
  const primary = settings.primary ?? system.regions.primary
  const failover = settings.failover ?? system.regions.failover
  if (primary === failover)
    throw new DrError('SameRegion', 2, `primary and failover are both ${primary ?? ''}`, 'give two different regions')
  return { ...(primary ? { primary } : {}), ...(failover ? { failover } : {}) }
}

const homeOf = (regions: Partial<Record<Role, Region>>): Region => regions.failover ?? regions.standalone ?? ''

/** Regions that can say who we are where the administration region is silent: of the same partition, as any is good. */
function reachable(chosen: Partial<Record<Role, Region>>): Region[] {
  const regions = Object.values(chosen)
  return regions.some((region) => /^(cn|us-gov|us-iso)/.test(region)) ? regions : [...regions, 'us-east-1']
}

/** Connects and reads what is recorded. Throws before anything is touched: credentials, wrong account. */
export async function openSession(settings: Settings, connection: Connection): Promise<Session> {
  const system = loadSystem(templatesFolder(settings), settings.system)
  const chosen = chosenRegions(system, settings)
  if (settings.suffix !== undefined) checkSuffix(settings.suffix)
  const places = [...(connection.only ?? []), homeOf(chosen), ...reachable(chosen)]
  const aws = await connect(connection, homeOf(chosen), places)
  const simulated = connection.plug !== undefined
  if (settings.account !== undefined && !simulated && aws.account !== settings.account)
    throw new DrError(
      'WrongAccount',
      3,
      `the credentials belong to account ${masked(aws.account)}, dr.yaml wants ${masked(settings.account)}; nothing was changed`,
      'choose the right profile with --profile, or correct account in dr.yaml',
    )
  const buckets = await anyOf(places, (region) => findBuckets(aws, region))
  const environment =
    settings.suffix === undefined ? undefined : await readEnvironment(aws, buckets, system.name, settings.suffix)
  const home = homeOf(environment ? environment.regions : chosen)
  const net = (zone?: string): Net => connection.net ?? realNet(aws, zone)
  return { settings, system, aws, simulated, net, home, buckets, environment }
}

/** AWS, or with `--local` the simulator: nothing else ever turns it on. */
export async function connectionOf(settings: Settings, local: LocalOptions): Promise<Connection> {
  if (!local.local) return { clock: realClock, ...(settings.profile ? { profile: settings.profile } : {}) }
  const { localSimulator, readFaults } = await import('../../simulator/index.ts')
  const faults = local.faults === undefined ? [] : readFaults(local.faults)
  ignored()
  const simulator = localSimulator({ folder: resolve('.dr/local'), speed: local.speed, faults })
  return { clock: simulator.clock, plug: (client, patience) => simulator.plug(client, patience), net: simulator.net }
}

/**
 * The environment this session is about. Regions are fixed at the first deploy: others are refused later,
 * since half an environment would stay behind where nobody looks.
 */
export function targeted(session: Session): TargetSession {
  const { settings, system, environment } = session
  const { suffix } = settings
  if (suffix === undefined)
    throw new DrError('NoSuffix', 2, 'no suffix was given', 'name the environment with --suffix pr123')
  const chosen = chosenRegions(system, settings)
  const asked: Partial<Record<Role, Region | undefined>> = {
    standalone: settings.primary,
    primary: settings.primary,
    failover: settings.failover,
  }
  for (const role of roles) {
    const recorded = environment?.regions[role]
    if (recorded === undefined || asked[role] === undefined || asked[role] === recorded) continue
    throw new DrError(
      'RegionsFixed',
      3,
      `${system.name} · ${suffix} has its ${role} region in ${recorded}, not in ${asked[role] ?? ''}; nothing was changed`,
      `leave the region out, or destroy it first: dr destroy ${environmentOptions(system.name, suffix, session.simulated)}`,
    )
  }
  const regions = environment ? environment.regions : chosen
  const { scale, parameters, tags, only } = settings
  const unknown = only?.find((region) => !Object.values(regions).includes(region))
  if (unknown !== undefined)
    throw new DrError(
      'NotARegionOfIt',
      2,
      `${unknown} is not a region of ${system.name} · ${suffix}`,
      `it is in ${Object.values(regions).join(' and ')}`,
    )
  if (only && !environment)
    throw new DrError(
      'NothingDeployed',
      8,
      `nothing of ${system.name} · ${suffix} is recorded, so --region has nothing to go by`,
      'deploy it whole first',
    )
  const tagged = { ...system, tags: { ...system.tags, ...tags } }
  const target = { system: tagged, suffix, regions, scale, parameters, ...(only ? { only } : {}) }
  return { ...session, system: tagged, target }
}

/** Keeps the simulated account out of the user's repository; where the folder cannot be written, the simulator says so. */
function ignored(): void {
  try {
    makeDataFolder()
  } catch {
    // Said with its reason when the account is first kept.
  }
}
