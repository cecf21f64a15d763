// What the simulated account holds: plain JSON, so that it can be written to disk after each call.
import type { Region, Value } from '../lib/core/model.ts'
import type { Execution } from './automation/execution.ts'
import type { Caches } from './data/caches.ts'
import type { Databases } from './data/databases.ts'
import type { LogLines } from './data/buses.ts'
import type { Files } from './data/files.ts'
import type { Items } from './data/items.ts'
import type { StreamRecord } from './services/kinesis.ts'

export const account = '000000000000'

/** The whole simulated cloud at one moment. */
export interface Cloud {
  version: 1
  /** Virtual now, ms since the epoch: everything due up to here has happened. */
  now: number
  /** Source of ids; grows by one with each id, so that runs are repeatable. */
  serial: number
  /** What will happen, unordered; `at` in virtual ms. Ties happen in order of `serial`. */
  tasks: Task[]
  stacks: Record<string, Stack>
  stackSets: Record<string, StackSet>
  /** Key: `<region or global>|<type>|<physical id>`, and what sets apart resources that share a physical id. */
  resources: Record<string, Resource>
  /** What is deleted and the tagging API may still list; absent until something was. */
  former?: FormerResource[]
  buckets: Record<string, Bucket>
  /** Key: `<region it was made in>|<name>`. Its replicas in other regions are no entries of their own. */
  secrets: Record<string, Secret>
  /** Names that cannot be used yet: key as in `resources` → virtual ms when free. */
  cooling: Record<string, number>
  /** What databases hold and what befell them; absent until something did. */
  databases?: Databases
  /** The same of caches, and of shared files. */
  caches?: Caches
  files?: Files
  /** Items of tables; absent until one was written. */
  items?: Items
  /** Lines of log groups; absent until there was one. */
  logs?: LogLines
  /** Records by region and name of their stream, oldest first; absent until there was one. */
  streams?: Record<string, StreamRecord[]>
  /** Executions of Automation documents, by id; absent until one was started. */
  automations?: Record<string, Execution>
  /** What the account may have where it is not the default, by `<region>|<quota>`: only tests put it here. */
  quotas?: Record<string, number>
  /** Regions that there are beside AWS's: only tests put them here. */
  regions?: Region[]
  /** Key: a fault as JSON. Virtual ms when first seen, how often it could have acted, how often it did. */
  faults: Record<string, { since: number; met: number; acted: number }>
}

/** What the account may have of something in a region. */
export const quotaOf = ({ quotas }: Cloud, region: Region, name: string, usual: number): number =>
  quotas?.[`${region}|${name}`] ?? usual

export interface Task {
  at: number
  serial: number
  kind: string
  [key: string]: Value
}

/** A stack; `status` and events as CloudFormation words them. */
export interface Stack {
  id: string
  name: string
  region: Region
  status: string
  reason?: string
  createdAt: number
  updatedAt?: number
  deletedAt?: number
  parentId?: string
  rootId?: string
  /** Template as JSON text, as given. */
  template: string
  parameters: Record<string, string>
  tags: Record<string, string>
  capabilities: string[]
  roleArn?: string
  /** The role in whose session it was last worked on, where that was none of an administrator; roots only. */
  actor?: string
  terminationProtection?: boolean
  outputs: Record<string, string>
  resources: Record<string, StackResource>
  events: StackEvent[]
  /** What hooks and the checks before a deployment refused; only DescribeEvents tells it. */
  checks?: FailedCheck[]
  /** What the last look for drift found, begun at that virtual ms; absent before the first. */
  drift?: { status: 'DRIFTED' | 'IN_SYNC'; at: number; drifted: number }
  /** The newest look, which may be under way. */
  detection?: { id: string; begun: number; ended: boolean }
  /** The operation under way, if any: the engine's own bookkeeping. */
  work?: Value
}

export interface StackResource {
  logicalId: string
  physicalId: string
  type: string
  status: string
  reason?: string
  at: number
  /** Resolved properties as last applied; what GetAtt answers. */
  properties: Record<string, Value>
  attributes: Record<string, Value>
}

export interface StackEvent {
  id: string
  at: number
  stackId: string
  stackName: string
  logicalId: string
  physicalId: string
  type: string
  status: string
  reason?: string
}

/** A hook, or a check that AWS makes before a deployment, that said no to a resource. */
export interface FailedCheck {
  id: string
  at: number
  logicalId: string
  type: string
  name: string
  reason: string
  /** Where in the resource, as a JSON pointer. */
  path?: string
}

export interface StackSet {
  id: string
  name: string
  /** The administration region. */
  region: Region
  status: 'ACTIVE' | 'DELETED'
  description?: string
  template: string
  parameters: Record<string, string>
  tags: Record<string, string>
  capabilities: string[]
  administrationRoleArn?: string
  executionRoleName?: string
  instances: StackInstance[]
  operations: Operation[]
  createToken?: string
  /** What a look for drift of the whole set has found: only tests put it here. */
  drift?: { status: 'DRIFTED' | 'IN_SYNC'; detection: 'COMPLETED' | 'FAILED' | 'PARTIAL_SUCCESS'; at: number }
}

export interface StackInstance {
  account: string
  region: Region
  stackId?: string
  status: 'CURRENT' | 'OUTDATED' | 'INOPERABLE'
  detailedStatus: string
  reason?: string
  overrides: Record<string, string>
  lastOperationId?: string
}

export interface Operation {
  id: string
  action: 'CREATE' | 'UPDATE' | 'DELETE' | 'DETECT_DRIFT'
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPING' | 'STOPPED' | 'QUEUED'
  statusReason?: string
  createdAt: number
  endedAt?: number
  parallel: boolean
  /** FailureToleranceCount: failed accounts per region that still count as success. */
  tolerance: number
  retainStacks?: boolean
  /** The call that started it, as JSON: the same call again is the same operation. */
  request: string
  /** In the order in which the regions are worked on. */
  results: OperationResult[]
}

export interface OperationResult {
  account: string
  region: Region
  status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
  reason?: string
}

/** One physical resource of the account, whoever made it. */
export interface Resource {
  type: string
  physicalId: string
  /** A region, or `global` for IAM, Route 53, dashboards. */
  region: string
  properties: Record<string, Value>
  attributes: Record<string, Value>
  /** What no template says: which instance writes, in which zone it is, whom a cluster follows. */
  state?: Record<string, Value>
  tags: Record<string, string>
  createdAt: number
  /** ARN of the stack that owns it; absent when something else made it. */
  stackId?: string
  /** Set when deletion only marked it: KMS keys pending deletion, virtual ms. */
  pendingUntil?: number
}

/** A deleted resource as the tagging API remembers it. */
export interface FormerResource extends Pick<Resource, 'type' | 'physicalId' | 'region' | 'tags'> {
  /** Virtual ms. */
  goneAt: number
}

export interface Bucket {
  name: string
  region: Region
  createdAt: number
  versioning: 'Enabled' | 'Suspended' | 'Off'
  tags: Record<string, string>
  /** Newest last. */
  versions: ObjectVersion[]
  uploads: { key: string; uploadId: string; at: number }[]
}

export interface ObjectVersion {
  key: string
  versionId: string
  at: number
  etag: string
  /** Absent for a delete marker. */
  body?: string
  encoding?: 'utf8' | 'base64'
  contentType?: string
  /** What its writer wrote on it. */
  metadata?: Record<string, string>
  /** Of a replica: where it was put, and when it is here, virtual ms; until then nobody sees it. */
  replica?: { from: Region; arrives: number }
  /** Of what a rule sends elsewhere: when it is there, virtual ms. */
  sentBy?: number
  /** A rule would send it, and the role of the bucket may not. */
  unsent?: true
}

/** A secret of Secrets Manager, where it was made; all that is said of it holds for its replicas too. */
export interface Secret {
  name: string
  region: Region
  /** Ends in a hyphen and six characters, which its replicas share. */
  arn: string
  createdAt: number
  /** The SecretString of the version AWSCURRENT. */
  value: string
  versionId: string
  /** The version AWSPENDING of a rotation that has begun and not ended; nothing here begins one. */
  pendingId?: string
  tags: Record<string, string>
  description?: string
  kmsKeyId?: string
  /** Region → virtual ms when the replica is there; `failed` where another secret has the name. */
  replicas: Record<Region, { readyAt: number; failed?: boolean; kmsKeyId?: string }>
  rotation?: { functionArn: string; afterDays: number }
  /** Scheduled for deletion: nobody can read it, and its name is taken until `goneAt`, virtual ms. */
  deletion?: { at: number; goneAt: number }
}
