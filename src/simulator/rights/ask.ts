// Asks the tables of rights at the moment of an act: what a call of a role, or a service with a role, may not do.
import { Refusal } from '../answer.ts'
import { existing, list, record, text, texts } from '../existing.ts'
import { roleName } from '../resources/iam.ts'
import { arnIn, secretOf } from '../secrets.ts'
import { account, type Cloud } from '../state.ts'
import { calls } from './calls.ts'
import { lacking, type Asked, type Values } from './row.ts'

/** The ARN of a key of the customer's, given by id, ARN or alias; undefined for AWS's own and where none is named. */
export function keyArn(cloud: Cloud, region: string, reference = ''): string | undefined {
  const name = reference.slice(reference.startsWith('arn:') ? reference.lastIndexOf(':') + 1 : 0)
  if (name === '' || name.startsWith('alias/aws/')) return undefined
  const alias = name.startsWith('alias/') ? existing(cloud, region, 'AWS::KMS::Alias', name) : undefined
  const id = alias ? text(alias.properties.TargetKeyId) : name
  return id.startsWith('arn:') ? id : `arn:aws:kms:${region}:${account}:key/${id.replace(/^key\//, '')}`
}

/** The document that a start names, and the role that it hands over. */
function startOf(cloud: Cloud, region: string, input: Record<string, unknown>): Values {
  const document = text(input.DocumentName).split('/').at(-1) ?? ''
  const content = existing(cloud, region, 'AWS::SSM::Document', document)?.properties.Content
  const declared = record(record(typeof content === 'string' ? JSON.parse(content) : content).parameters)
  const [given] = texts(record(input.Parameters).AutomationAssumeRole)
  const role = given ?? text(record(declared.AutomationAssumeRole).default)
  return {
    document,
    newExecution: '00000000-0000-4000-8000-000000000000',
    version: '$DEFAULT',
    ...(role !== '' && { assumeRole: role }),
  }
}

function topicOf(cloud: Cloud, region: string, input: Record<string, unknown>): Values {
  const topic = existing(cloud, region, 'AWS::SNS::Topic', text(input.TopicArn))
  return { topicKey: keyArn(cloud, region, text(topic?.properties.KmsMasterKeyId)) }
}

/** The secret where the call is made, and the replica that is asked for. */
function secretValues(cloud: Cloud, region: string, input: Record<string, unknown>): Values {
  const secret = secretOf(cloud, region, text(input.SecretId))
  if (!secret) return { secret: `arn:aws:secretsmanager:${region}:${account}:secret:${text(input.SecretId)}-000000` }
  const [added] = list(input.AddReplicaRegions)
  const peer = text(added?.Region)
  return {
    secret: arnIn(secret, region),
    secretKey: keyArn(cloud, region, secret.kmsKeyId),
    ...(added && { peer, replica: arnIn(secret, peer), replicaKey: keyArn(cloud, peer, text(added.KmsKeyId)) }),
  }
}

/** `8.0` of `8.0.mysql_aurora.3.08.0`, `17` of `17.6`. */
const majorOf = (engine: string, version: string): string =>
  (engine.includes('mysql') ? /^\d+\.\d+/ : /^\d+/).exec(version)?.[0] ?? ''

/** The groups that a database gets where a call names none: those of its cluster, else the default ones of its engine. */
function groupValues(cloud: Cloud, region: string, input: Record<string, unknown>): Values {
  const name = text(input.SourceDBClusterIdentifier ?? input.DBClusterIdentifier)
  const properties = existing(cloud, region, 'AWS::RDS::DBCluster', name)?.properties
  if (!properties) return {}
  const engine = text(properties.Engine)
  const major = majorOf(engine, text(properties.EngineVersion))
  return {
    optionGroup: `default:${engine}-${major.replace('.', '-')}`,
    parameterGroup: `default.${engine}${major}`,
    DBSubnetGroupName: text(properties.DBSubnetGroupName),
    restoreKey: keyArn(cloud, region, text(input.KmsKeyId)),
  }
}

const isOfCluster = (input: Record<string, unknown>): boolean =>
  input.SourceDBClusterIdentifier !== undefined || input.DBClusterIdentifier !== undefined

/** Values of each resource that a call names: one for each, where the input is a list of names. */
export function callValues(cloud: Cloud, region: string, input: Record<string, unknown>): Values[] {
  const plain = Object.entries(input).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const values: Values = {
    region,
    ...(isOfCluster(input) && groupValues(cloud, region, input)),
    ...Object.fromEntries(plain),
    ...(input.DocumentName !== undefined && startOf(cloud, region, input)),
    ...(input.TopicArn !== undefined && topicOf(cloud, region, input)),
    ...(input.SecretId !== undefined && secretValues(cloud, region, input)),
  }
  return Array.isArray(input.Names) ? texts(input.Names).map((Name) => ({ ...values, Name })) : [values]
}

/** What IAM says to a role that may not do something. */
export const notAuthorized = (role: string, { action, resource }: Asked): string =>
  `User: arn:aws:sts::${account}:assumed-role/${roleName(role)}/session is not authorized to perform: ${action} on resource: ${resource}`

/** Refuses a call that the role may not make. A call without rows is not known to be asked by any role. */
export function requireCall(
  cloud: Cloud,
  role: string,
  api: string,
  region: string,
  input: Record<string, unknown>,
): void {
  const rows = calls[api]
  if (!rows) throw new Error(`simulator rule: it does not know which rights ${api} asks of a role`)
  for (const values of callValues(cloud, region, input)) {
    const missing = lacking(cloud, role, rows, values)
    if (missing) throw new Refusal('AccessDeniedException', notAuthorized(role, missing), 400)
  }
}
