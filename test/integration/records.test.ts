// End to end on a deployed student records system; run after `dr deploy`, on the simulator or on AWS.
import { expect } from 'vitest'
import { standing } from './standalone.ts'

const { rule, onAws, get } = await standing('records', ['data'])

rule('COMMON-14 writers and readers have addresses of their own', () => {
  const [writer, reader] = [get('DatabaseEndpoint'), get('DatabaseReaderEndpoint')]
  for (const host of [writer, reader])
    expect(host).toMatch(new RegExp(`\\.${get('PrimaryRegion')}\\.rds\\.amazonaws\\.`))
  expect(reader).not.toBe(writer)
})

onAws('COMMON-14 the three members of the cluster stand in three zones, and any moment can be restored', async () => {
  const { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } = await import('@aws-sdk/client-rds')
  const client = new RDSClient({ region: get('PrimaryRegion') })
  const id = get('DatabaseIdentifier')
  const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }))
  expect(cluster?.DBClusterMembers?.filter(({ IsClusterWriter }) => IsClusterWriter)).toHaveLength(1)
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}))
  const zones = DBInstances.filter((it) => it.DBClusterIdentifier === id).map((it) => it.AvailabilityZone)
  expect(zones).toHaveLength(3)
  expect(new Set(zones).size).toBe(3)
  expect(Date.now() - (cluster?.LatestRestorableTime?.getTime() ?? 0)).toBeLessThan(10 * 60_000)
})

onAws('COMMON-14 the cache fails over by itself and speaks TLS only', async () => {
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
