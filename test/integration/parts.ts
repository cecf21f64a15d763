// What systems with the same parts are asked alike: database clusters and caches.
import { expect } from 'vitest'
import type { Deployed } from './deployed.ts'

/** @param writer the key of the outputs with the writer's address; `reader` likewise */
export function askAddresses({ rule, get }: Deployed, writer: string, reader: string): void {
  rule('COMMON-14 writers and readers have addresses of their own', () => {
    for (const host of [get(writer), get(reader)])
      expect(host).toMatch(new RegExp(`\\.${get('PrimaryRegion')}\\.rds\\.amazonaws\\.`))
    expect(get(reader)).not.toBe(get(writer))
  })
}

/** @param id the requirement that asks for it */
export function askCache({ onAws, get }: Deployed, id: string): void {
  onAws(`${id} the cache fails over by itself and speaks TLS only`, async () => {
    const { DescribeReplicationGroupsCommand, ElastiCacheClient } = await import('@aws-sdk/client-elasticache')
    const client = new ElastiCacheClient({ region: get('PrimaryRegion') })
    const asked = new DescribeReplicationGroupsCommand({ ReplicationGroupId: get('CacheGroupId') })
    expect((await client.send(asked)).ReplicationGroups?.[0]).toMatchObject({
      MultiAZ: 'enabled',
      AutomaticFailover: 'enabled',
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
    })
  })
}

/** The zones of a cluster's members, in AWS's order. Fails without exactly one writer, or when restoring lags behind. */
export async function zonesOf({ get }: Deployed, id: string, restorableMinutes: number): Promise<string[]> {
  const { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } = await import('@aws-sdk/client-rds')
  const client = new RDSClient({ region: get('PrimaryRegion') })
  const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }))
  expect(cluster?.DBClusterMembers?.filter(({ IsClusterWriter }) => IsClusterWriter)).toHaveLength(1)
  expect(Date.now() - (cluster?.LatestRestorableTime?.getTime() ?? 0)).toBeLessThan(restorableMinutes * 60_000)
  const filter = { Name: 'db-cluster-id', Values: [id] }
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({ Filters: [filter] }))
  return DBInstances.map(({ AvailabilityZone }) => AvailabilityZone ?? '')
}
