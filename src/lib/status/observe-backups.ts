// Until when the data of an environment can be brought back: recovery points in vaults, their copies in the other region,
// and the services' own restores to a point in time.
import type { Region } from '../core/model.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import type { Observation } from './observation.ts'

/** @param outputs name the vaults, databases and tables */
export async function backupFact(
  session: TargetSession,
  outputs: Record<string, string>,
): Promise<Observation['backup']> {
  const { aws, target } = session
  const { primary, failover, standalone } = target.regions
  const region = primary ?? standalone ?? ''
  const vaults = { here: outputs['PrimaryBackupVaultName'], there: outputs['FailoverBackupVaultName'] }
  return asked(aws.clock.now, async () => {
    const [stores, copies, tested] = await Promise.all([
      storesIn(session, region, outputs, vaults.here),
      vaults.there === undefined ? [] : vaultStores(aws, failover ?? '', vaults.there),
      lastRestore(session, [
        [region, vaults.here],
        [failover ?? '', vaults.there],
      ]),
    ])
    const times = timesOf(stores)
    const copied = timesOf(copies)
    if (times.length === 0) throw new Error('nothing was backed up yet')
    const lacking = stores.flatMap(({ name, at }) => (at === undefined ? name : []))
    return {
      // The oldest of what is the newest of each, of the copies too: one that goes on must not hide one that has stopped.
      taken: Math.min(...times),
      lacking,
      copies: vaults.there !== undefined,
      ...(copied.length > 0 && { copied: Math.min(...copied) }),
      ...(tested !== undefined && { tested }),
    }
  })
}

interface Store {
  name: string
  /** Until when it can be brought back, ms; undefined where it cannot. */
  at: number | undefined
}

const timesOf = (stores: Store[]): number[] => stores.flatMap(({ at }) => at ?? [])

async function storesIn(
  { aws }: TargetSession,
  region: Region,
  outputs: Record<string, string>,
  vault: string | undefined,
): Promise<Store[]> {
  const cluster = outputs['PrimaryClusterIdentifier'] ?? outputs['ClusterIdentifier']
  const database = cluster ?? outputs['DatabaseIdentifier']
  const tables = ['PrimaryTransactionTableName', 'PrimarySessionTableName'].flatMap((key) => outputs[key] ?? [])
  const found = await Promise.all([
    ...(database === undefined ? [] : [restorable(aws, region, database)]),
    ...tables.map(async (name) => ({ name, at: await (await aws.tables(region)).restorableTo(name) })),
  ])
  return [...found, ...(vault === undefined ? [] : await vaultStores(aws, region, vault))]
}

async function restorable(aws: TargetSession['aws'], region: Region, name: string): Promise<Store> {
  const databases = await aws.databases(region)
  const found = (await databases.cluster(name)) ?? (await databases.instance(name))
  return { name, at: found?.restorableTo }
}

/** What is in a vault, by what it is a copy of; the vault itself where it is empty. */
async function vaultStores(aws: TargetSession['aws'], region: Region, vault: string): Promise<Store[]> {
  const points = await (await aws.backups(region)).points(vault)
  if (points.length === 0) return [{ name: `vault ${vault}`, at: undefined }]
  const newest = new Map<string, number>()
  for (const { resource, at } of points) newest.set(resource, Math.max(at, newest.get(resource) ?? 0))
  return [...newest].map(([resource, at]) => ({ name: resource.split(/[:/]/).at(-1) ?? resource, at }))
}

async function lastRestore(
  { aws }: TargetSession,
  vaults: [region: Region, vault: string | undefined][],
): Promise<number | undefined> {
  const found = await Promise.all(
    vaults.map(async ([region, vault]) => (vault === undefined ? [] : (await aws.backups(region)).restores(vault))),
  )
  const times = found.flat()
  return times.length > 0 ? Math.max(...times) : undefined
}
