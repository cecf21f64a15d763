// What somebody does to the deployed system, or what happens to it, around an execution.
import { configOf, isEndpointWell } from '../../../src/simulator/data/health.ts'
import { ask } from '../../../src/simulator/endpoints.ts'
import { all } from '../../../src/simulator/existing.ts'
import { east, minute, pass, west, writers, type Place } from './place.ts'

export const invert = ({ call, value }: Place, check: 'Primary' | 'Failover', Inverted: boolean): void =>
  void call(east, 'UpdateHealthCheck', { HealthCheckId: value(`${check}HealthCheckId`), Inverted })

/** Turns the health checks as they must be for the name to lead to this region, whatever they see. */
export function lead(place: Place, region: string): void {
  const { cloud } = place.moment
  for (const [check, own] of [
    ['Primary', east],
    ['Failover', west],
  ] as const) {
    const id = place.value(`${check}HealthCheckId`)
    const found = all(cloud, 'AWS::Route53::HealthCheck').find(({ physicalId }) => physicalId === id)
    if (!found) throw new Error(`there is no health check ${id}`)
    const wanted = isEndpointWell(found, cloud.now) !== (own === region)
    if ((configOf(found)['Inverted'] === true) !== wanted) invert(place, check, wanted)
  }
}

/** Somebody lets both records of the name lead to this region, at once and whatever the checks say. */
export function point({ moment, value }: Place, region: string): void {
  const host = value(region === east ? 'PrimaryApiHost' : 'FailoverApiHost')
  for (const { properties } of all(moment.cloud, 'AWS::Route53::RecordSet'))
    if (properties['Name'] === value('RecordName')) properties['ResourceRecords'] = [host]
}

export const other = (region: string): string => (region === east ? west : east)

export const clusterIn = ({ value }: Place, region: string): string =>
  value(region === east ? 'PrimaryClusterArn' : 'FailoverClusterArn')

const globalOf = ({ value }: Place): { GlobalClusterIdentifier: string } => ({
  GlobalClusterIdentifier: value('GlobalClusterIdentifier'),
})

/** Begins to hand the writer to the region where it is not. */
function beginSwitchover(place: Place): void {
  const [from = ''] = writers(place).regions
  const target = { TargetDbClusterIdentifier: clusterIn(place, other(from)) }
  place.call(from, 'SwitchoverGlobalCluster', { ...globalOf(place), ...target })
}

/** The writer is in this region, without a loss. */
export function moved(place: Place, region: string): void {
  if (writers(place).regions[0] === region) return
  beginSwitchover(place)
  pass(place, 10 * minute)
}

const secretId = 'dr/payments/pr123/database'

/** The failover region was promoted while the primary was away, which has come back as a follower since. */
export function promoted(place: Place): void {
  const input = { ...globalOf(place), TargetDbClusterIdentifier: clusterIn(place, west), AllowDataLoss: true }
  place.call(west, 'FailoverGlobalCluster', input)
  place.call(west, 'StopReplicationToReplica', { SecretId: secretId })
}

/** The secret lives in the failover region, and has its replica in the primary. */
export function rehome(place: Place): void {
  const { call } = place
  call(west, 'StopReplicationToReplica', { SecretId: secretId })
  const to = { AddReplicaRegions: [{ Region: east }], ForceOverwriteReplicaSecret: true }
  call(west, 'ReplicateSecretToRegions', { SecretId: secretId, ...to })
  pass(place, minute)
}

/** Where the secret of the home region is replicated to. */
export const replicas = ({ call }: Place): { Region: string; Status: string }[] =>
  call(east, 'DescribeSecret', { SecretId: secretId })['ReplicationStatus'] as { Region: string; Status: string }[]

/** What was begun at the databases takes hours longer than ever. */
export function hang({ moment }: Place): void {
  for (const task of moment.cloud.tasks) if (/^(global|database)-/.test(task.kind)) task.at += 5 * 60 * minute
}

/** What hung comes to its end soon. */
export function hasten({ moment }: Place): void {
  const { tasks, now } = moment.cloud
  for (const task of tasks) if (/^(global|database)-/.test(task.kind)) task.at = Math.min(task.at, now + minute)
}

/** The function of this region answers nobody any more. */
export const silence = ({ call, value }: Place, region: string): void =>
  void call(region, 'PutFunctionConcurrency', {
    FunctionName: value(region === east ? 'PrimaryFunctionName' : 'FailoverFunctionName'),
    ReservedConcurrentExecutions: 0,
  })

/** Whether the API of this region commits. */
export const isReady = ({ moment, value }: Place, region: string): boolean =>
  ask(moment, value(region === east ? 'PrimaryApiHost' : 'FailoverApiHost'), '/ready')?.statusCode === 200

/** Somebody hands the writer to the other region, which takes hours longer than ever. */
export function handAway(place: Place): void {
  beginSwitchover(place)
  hang(place)
}

export const reserve = ({ call, value }: Place, ReservedConcurrentExecutions: number): void =>
  void call(east, 'PutFunctionConcurrency', {
    FunctionName: value('PrimaryFunctionName'),
    ReservedConcurrentExecutions,
  })

const lock = ({ value }: Place): string => `/dr/${value('System')}/pr123/drill`

/** What the parameter of the open drill says in that region; undefined when none is open. */
export const drill = (place: Place, region: string): string | undefined =>
  (place.call(region, 'GetParameters', { Names: [lock(place)] })['Parameters'] as { Value: string }[])[0]?.Value

export const openDrill = (place: Place, region: string): void =>
  void place.call(region, 'PutParameter', { Name: lock(place), Value: '{"drill":"d-1"}' })

export const closeDrill = (place: Place, region: string): void =>
  void place.call(region, 'DeleteParameter', { Name: lock(place) })

/** Takes the table of transactions away from a region. */
export function loseTable({ moment }: Place, region: string): void {
  const { resources } = moment.cloud
  for (const [key, one] of Object.entries(resources))
    if (one.region === region && /^AWS::DynamoDB::(Global)?Table$/.test(one.type)) delete resources[key]
}

const rewound = 'payments-rewind-pr123'

/** The cluster that a rewind has made, with its instance or without. */
export function rewind(place: Place, region: string, withInstance: boolean): void {
  const role = region === east ? 'primary' : 'failover'
  const { now } = place.moment.cloud
  const source = { SourceDBClusterIdentifier: `payments-${role}-pr123`, RestoreToTime: new Date(now - 10 * minute) }
  place.call(region, 'RestoreDBClusterToPointInTime', { DBClusterIdentifier: rewound, ...source })
  const instance = { DBInstanceIdentifier: rewound, DBInstanceClass: 'db.r5.large', Engine: 'aurora-mysql' }
  if (withInstance) place.call(region, 'CreateDBInstance', { ...instance, DBClusterIdentifier: rewound })
  pass(place, 30 * minute)
}

/** What a rewind has left: states of the cluster and of its instance. */
export const ofRewind = ({ moment }: Place): string[] =>
  Object.values(moment.cloud.resources)
    .filter(({ physicalId, type }) => physicalId === rewound && type.startsWith('AWS::RDS::'))
    .map(({ state }) => String(state?.['status'] ?? 'available'))
