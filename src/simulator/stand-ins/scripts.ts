// What the scripts inside our runbooks do, as rules of the simulator, which runs no Python. Each is known by the digest of
// its text, so that a changed script fails until its rule is looked at; test/recovery runs the scripts themselves.
import type { Value } from '../../lib/core/model.ts'
import { list, record, text } from '../existing.ts'
import type { Api, Script, Scripts } from '../automation/script.ts'
import { deadManScripts } from './dead-man.ts'

type Payload = Record<string, Value>

interface Global {
  status: string
  members: string[]
  writers: string[]
  /** The target of a failover under way. */
  goesTo: string
  isSynchronized: boolean
}

function globalOf(api: Api, database: Value | undefined): Global {
  const found = record(api('DescribeGlobalClusters', { GlobalClusterIdentifier: text(database) }))
  const one = list(found.GlobalClusters)[0] ?? {}
  const members = list(one.GlobalClusterMembers)
  const arns = (some: Payload[]): string[] => some.map(({ DBClusterArn }) => text(DBClusterArn))
  return {
    status: text(one.Status),
    members: arns(members),
    writers: arns(members.filter(({ IsWriter }) => IsWriter)),
    goesTo: text(record(one.FailoverState).ToDbClusterArn),
    isSynchronized: members.every(({ SynchronizationStatus = 'connected' }) => SynchronizationStatus === 'connected'),
  }
}

const regionOf = (arn = ''): string => arn.split(':')[3] ?? ''

const checkDatabase: Script = ({ database, secret }, api) => {
  const { status, members, writers } = globalOf(api, database)
  if (status !== 'available') throw new Error(`the global database is ${status}`)
  if (members.length !== 2 || writers.length !== 1)
    throw new Error(`${members.length} members, ${writers.length} of them write`)
  const stages = record(record(api('DescribeSecret', { SecretId: text(secret) })).VersionIdsToStages)
  const isPending = Object.values(stages).some((of) => {
    const names = new Set(list(of).map(text))
    return names.has('AWSPENDING') && !names.has('AWSCURRENT')
  })
  if (isPending) throw new Error('a rotation of the password is under way')
  return { Writer: writers[0] ?? '' }
}

const checkTable: Script = ({ table }, api) => {
  const replicas = list(record(record(api('DescribeTable', { TableName: text(table) })).Table).Replicas)
  const late = replicas
    .filter(({ ReplicaStatus }) => ReplicaStatus !== 'ACTIVE')
    .map(({ RegionName }) => text(RegionName))
  if (replicas.length > 0 && late.length === 0) return {}
  throw new Error(`replicas that are not active: ${late.join(', ') || 'all'}`)
}

const checkWriter: Script = ({ database, region }, api) => {
  const { writers } = globalOf(api, database)
  if (writers.length === 1 && regionOf(writers[0]) === region) return {}
  throw new Error(`the writers are ${writers.join(', ')}`)
}

const look: Script = ({ database, target, region }, api) => {
  const { status, members, writers } = globalOf(api, database)
  if (!members.includes(text(target))) throw new Error('the target is no member of the global database')
  if (writers.length !== 1) throw new Error(`the global database has ${writers.length} writers`)
  const isHere = regionOf(writers[0]) === region
  return { There: writers[0] === target ? 'yes' : 'no', Ready: isHere && status === 'available' ? 'yes' : 'no' }
}

const promote: Script = ({ database, target }, api) => {
  const { writers, goesTo } = globalOf(api, database)
  if ((writers.length === 1 && writers[0] === target) || goesTo === target) return {}
  const input = { GlobalClusterIdentifier: text(database), TargetDbClusterIdentifier: text(target) }
  api('FailoverGlobalCluster', { ...input, AllowDataLoss: true })
  return {}
}

/** What the target still lacks to be the one writer with a cluster and an instance that are available. */
function stateOf(api: Api, database: Value | undefined, target: string): string {
  const { writers } = globalOf(api, database)
  if (writers.length !== 1 || writers[0] !== target) return `the writers are ${writers.join(', ')}`
  const region = regionOf(target)
  const DBClusterIdentifier = target.split(':').at(-1) ?? ''
  const cluster = list(record(api('DescribeDBClusters', { DBClusterIdentifier }, region)).DBClusters)[0] ?? {}
  if (cluster.Status !== 'available') return `the cluster is ${text(cluster.Status)}`
  const writing = list(cluster.DBClusterMembers).filter(({ IsClusterWriter }) => IsClusterWriter)
  if (writing.length !== 1) return `the cluster has ${writing.length} writing instances`
  const DBInstanceIdentifier = text(writing[0]?.DBInstanceIdentifier)
  const [instance] = list(record(api('DescribeDBInstances', { DBInstanceIdentifier }, region)).DBInstances)
  const status = text(instance?.DBInstanceStatus)
  return status === 'available' ? 'done' : `the instance is ${status}`
}

/** How long the script looks, ms. */
const watched = 285_000

const watch: Script = ({ database, target, late }, api, waited) => {
  const look = (): string => {
    try {
      return stateOf(api, database, text(target))
    } catch (error) {
      if (late === 'tell' || !(error instanceof Error)) throw error
      return error.message
    }
  }
  const seen = look()
  if (seen === 'done') return { State: seen }
  if (waited < watched) return 'later'
  if (late === 'fail') throw new Error(seen)
  return { State: seen }
}

const askReady: Script = ({ host, region }, api, waited) => {
  const answer = api('GET', { Host: text(host), Path: '/ready' }) as { body: string } | undefined
  const { ready, region: seen } = JSON.parse(answer?.body ?? '{}') as Record<string, unknown>
  if (ready === true && seen === region) return {}
  if (waited < 250_000) return 'later'
  throw new Error(`/ready of this region answers ${answer?.body ?? 'nothing'}`)
}

const waitMembers: Script = ({ database }, api) => {
  const { status, members, isSynchronized } = globalOf(api, database)
  return status === 'available' && members.length === 2 && isSynchronized ? {} : 'later'
}

const checkReady: Script = ({ ready }) => {
  if (ready === 'yes') return {}
  throw new Error('the writer is not in this region, or the global database is busy; nothing changed')
}

/** The key of what was the replica, which keeps it when it is released. */
function keyThere(api: Api, SecretId: string, region: string): Value | undefined {
  try {
    return record(api('DescribeSecret', { SecretId }, region)).KmsKeyId
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

const replicate: Script = ({ secret, home, peer }, api) => {
  const region = regionOf(text(home))
  if (peer === region) return { Replica: 'not here' }
  const status = list(record(api('DescribeSecret', { SecretId: text(secret) }, region)).ReplicationStatus)
  if (status.some(({ Region, Status }) => Region === peer && Status === 'InSync')) return { Replica: 'in sync' }
  const known = status.find(({ Region }) => Region === peer)
  const KmsKeyId = text(known ? known.KmsKeyId : keyThere(api, text(secret), text(peer)))
  const AddReplicaRegions = [{ Region: text(peer), ...(KmsKeyId !== '' && { KmsKeyId }) }]
  const input = { SecretId: text(secret), AddReplicaRegions, ForceOverwriteReplicaSecret: true }
  api('ReplicateSecretToRegions', input, region)
  return { Replica: 'made' }
}

/** All of them, the dead man's included. */
export const scripts: Scripts = {
  '46f4b4a7c54d': checkDatabase,
  '1c7ff4dff35b': checkTable,
  '3cffd70500b7': checkWriter,
  '86d3069f9ce1': look,
  '8ea9ecacb5f3': promote,
  '9a5eec6008e1': watch,
  '8059cc7c933f': askReady,
  '97b09c5c0b87': checkReady,
  c9fd39668406: replicate,
  ...deadManScripts,
  ec1bfa051818: waitMembers,
}
