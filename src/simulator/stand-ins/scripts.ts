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

const verify: Script = ({ database, target }, api) => {
  const { status, writers } = globalOf(api, database)
  return writers.length === 1 && writers[0] === target && status === 'available' ? {} : 'later'
}

const waitMembers: Script = ({ database }, api) => {
  const { status, members, isSynchronized } = globalOf(api, database)
  return status === 'available' && members.length === 2 && isSynchronized ? {} : 'later'
}

const checkReady: Script = ({ ready }) => {
  if (ready === 'yes') return {}
  throw new Error('the writer is not in this region, or the global database is busy; nothing changed')
}

const replicate: Script = ({ secret, home, peer }, api) => {
  const region = regionOf(text(home))
  if (peer === region) return { Replica: 'not here' }
  const known = list(record(api('DescribeSecret', { SecretId: text(secret) }, region)).ReplicationStatus)
  if (known.some(({ Region, Status }) => Region === peer && Status === 'InSync')) return { Replica: 'in sync' }
  const AddReplicaRegions = [{ Region: text(peer) }]
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
  '5eff21ad2ca4': verify,
  '97b09c5c0b87': checkReady,
  bd6f4a5b0de4: replicate,
  ...deadManScripts,
  ec1bfa051818: waitMembers,
}
