// What services do with the roles of a deployed system, as its resources say: the tables of rights with their values.
import { all, existing, list, record, text, texts } from '../../../src/simulator/existing.ts'
import { acts } from '../../../src/simulator/rights/acts.ts'
import { keyArn } from '../../../src/simulator/rights/ask.ts'
import { doingOf } from '../../../src/simulator/rights/code.ts'
import { calls } from '../../../src/simulator/rights/calls.ts'
import { callValues } from '../../../src/simulator/rights/ask.ts'
import { asked, type Asked, type Row, type Values } from '../../../src/simulator/rights/row.ts'
import { functionValues } from '../../../src/simulator/data/functions.ts'
import { startsOf } from '../../../src/simulator/resources/ecs.ts'
import { endpointValues } from '../../../src/simulator/resources/events.ts'
import { sourceValues } from '../../../src/simulator/resources/lambda.ts'
import { senderValues } from '../../../src/simulator/resources/logs.ts'
import {
  backUpRows,
  copyRows,
  pointArn,
  sourceValues as backupValues,
  vaultValues,
} from '../../../src/simulator/services/backup-jobs.ts'
import { replicationValues } from '../../../src/simulator/services/replication.ts'
import type { Cloud, Resource } from '../../../src/simulator/state.ts'

export interface Use extends Asked {
  /** ARN of the role. */
  role: string
  /** What it is done for, as `lambda.amazonaws.com: read a stream`. */
  act: string
}

type Look = (cloud: Cloud, one: Resource) => Use[]

const uses = (role: unknown, act: string, rows: Row[], ...cases: Values[]): Use[] =>
  cases.flatMap((values) => asked(rows, values).map((it) => ({ ...it, role: text(role), act })))

/** A call of an API that a service makes with the role. */
const calling = (cloud: Cloud, region: string, role: unknown, api: string, input: Record<string, unknown>): Use[] =>
  uses(role, api, calls[api] ?? [], ...callValues(cloud, region, input))

const regionOf = (arn: string): string => arn.split(':')[3] ?? ''
const lastOf = (arn: string): string => arn.split('/').at(-1) ?? ''

const replication: Look = (cloud, { physicalId, properties }) => {
  const { Role, Rules } = record(properties.ReplicationConfiguration)
  const bucket = cloud.buckets[physicalId]
  if (!bucket) return []
  return list(Rules).flatMap((rule) =>
    Object.entries(acts['s3.amazonaws.com']).flatMap(([act, rows]) =>
      uses(Role, `s3: ${act}`, rows, replicationValues(cloud, bucket, rule, 'a key')),
    ),
  )
}

const lambda = acts['lambda.amazonaws.com']

/** What the code of a function, or of the one behind a custom resource, does. */
const ourCode: Look = (cloud, one) => {
  const doing = doingOf(cloud, one)
  return doing ? uses(doing.role, 'our code', doing.rows, doing.values) : []
}

const aFunction: Look = (cloud, one) => {
  const { Role, VpcConfig, TracingConfig } = one.properties
  const values = functionValues(cloud, one)
  const own = (act: keyof typeof lambda, isDone = true): Use[] =>
    isDone ? uses(Role, `lambda: ${act}`, lambda[act], values) : []
  return [
    ...own('join a network', VpcConfig !== undefined),
    ...own('write its log'),
    ...own('read its environment'),
    ...own('mount files'),
    ...own('trace', record(TracingConfig).Mode === 'Active'),
    ...ourCode(cloud, one),
  ]
}

const containers = acts['ecs-tasks.amazonaws.com']
const task: Look = (cloud, { region, properties }) =>
  startsOf(properties, { cloud, region }).flatMap(({ role, act, values }) =>
    uses(role, `ecs: ${act}`, containers[act], values),
  )

const backups = acts['backup.amazonaws.com']

/** The role that manages the replicas of a table, by its name: replicas are added and removed in either region. */
const management: Look = (cloud, role) => {
  const [system = '', suffix = ''] = role.physicalId.split('-table-management-')
  if (suffix === '') return []
  const tables = all(cloud, 'AWS::DynamoDB::GlobalTable').filter(
    ({ properties }) => list(properties.Replicas).length > 1,
  )
  return tables.flatMap(({ physicalId, properties }) => {
    const places = list(properties.Replicas).map(({ Region, SSESpecification }) => ({
      peer: text(Region),
      replica: `arn:aws:dynamodb:${text(Region)}:000000000000:table/${physicalId}`,
      replicaKey: keyArn(cloud, text(Region), text(record(SSESpecification).KMSMasterKeyId)),
    }))
    const [one, two] = places
    const ways = [
      { ...one, table: two?.replica },
      { ...two, table: one?.replica },
    ]
    const arn = `arn:aws:iam::000000000000:role/dr/${role.physicalId}`
    return Object.entries(acts['dynamodb.amazonaws.com']).flatMap(([act, rows]) =>
      uses(arn, `dynamodb: ${act} of ${system}`, rows, ...ways),
    )
  })
}

/** The jobs of a plan, one for each selected resource and for each copy, and the end of what they have made. */
const selection: Look = (cloud, { region, properties: { BackupPlanId, BackupSelection } }) => {
  const { IamRoleArn, Resources } = record(BackupSelection)
  const plan = existing(cloud, region, 'AWS::Backup::BackupPlan', text(BackupPlanId))
  const rules = list(record(plan?.properties.BackupPlan).BackupPlanRule)
  const doing = (act: string, rows: Row[], values: Values): Use[] => uses(IamRoleArn, `backup: ${act}`, rows, values)
  /** A recovery point ends, here or where its copy is. */
  const end = (of: string, point: string): Use[] =>
    of.includes(':dynamodb:') ? [] : doing('expire', backups['let the backup of a cluster expire'], { point })
  const jobs = rules.flatMap(({ TargetBackupVault, CopyActions }) =>
    texts(Resources).flatMap((of) => {
      const point = pointArn(of, region, 'any')
      const values = { ...vaultValues(cloud, region, text(TargetBackupVault)), ...backupValues(of), point }
      return [
        ...doing('back up', backUpRows(of), values),
        ...doing('back up the older way', backups['back up a table the older way'], values),
        ...end(of, point),
        ...list(CopyActions).flatMap(({ DestinationBackupVaultArn }) => {
          const to = text(DestinationBackupVaultArn)
          const { vault: peerVault, key: peerKey } = vaultValues(cloud, regionOf(to), to.split(':').at(-1) ?? '')
          const copy = pointArn(of, regionOf(to), 'any')
          return [...doing('copy', copyRows(of), { ...values, peerVault, peerKey, copy }), ...end(of, copy)]
        }),
      ]
    }),
  )
  return [...doing('make a selection', backups['make a selection'], {}), ...jobs]
}

const source: Look = (cloud, { region, properties: { FunctionName, EventSourceArn, DestinationConfig } }) => {
  const name = text(FunctionName).split(':').at(-1) ?? ''
  const role = existing(cloud, region, 'AWS::Lambda::Function', name)?.properties.Role
  const values = sourceValues({ cloud, region }, text(EventSourceArn), DestinationConfig)
  return uses(role, 'lambda: read a stream', lambda['read a stream'], values)
}

const flowLog: Look = (_, { region, properties: { DeliverLogsPermissionArn, LogGroupName } }) =>
  uses(DeliverLogsPermissionArn, 'flow log', acts['vpc-flow-logs.amazonaws.com']['write a flow log'], {
    region,
    logGroup: text(LogGroupName),
    logStream: 'a stream',
  })

const destination: Look = (cloud, { properties: { RoleArn, TargetArn } }) => {
  const rows = acts['logs.amazonaws.com']['send to a destination']
  return uses(RoleArn, 'log destination', rows, senderValues(cloud, text(TargetArn)))
}

const events = acts['events.amazonaws.com']

const rule: Look = (cloud, { properties }) =>
  list(properties.Targets).flatMap(({ Arn, RoleArn, Input }) => {
    const target = text(Arn)
    if (RoleArn === undefined) return []
    if (target.includes(':event-bus/')) return uses(RoleArn, 'rule: bus', events['send to a bus'], { bus: target })
    const [DocumentName] = lastOf(target).split(':')
    const Parameters = JSON.parse(text(Input)) as Record<string, string[]>
    return calling(cloud, regionOf(target), RoleArn, 'StartAutomationExecution', { DocumentName, Parameters })
  })

const endpoint: Look = (_, { properties: { RoleArn, EventBuses } }) =>
  list(EventBuses).flatMap(({ EventBusArn }) => {
    const values = endpointValues(text(EventBusArn), text(RoleArn))
    return uses(RoleArn, 'endpoint', events['replicate an endpoint'], values)
  })

const machine: Look = (cloud, { region, properties: { RoleArn, Definition, LoggingConfiguration } }) => [
  ...(LoggingConfiguration === undefined
    ? []
    : uses(RoleArn, 'states: deliver logs', acts['states.amazonaws.com']['deliver logs'], {})),
  ...Object.values(record(record(Definition).States)).flatMap((state) => {
    const { Type, Resource, Parameters } = record(state)
    const api = text(Resource).split(':').at(-1) ?? ''
    const input = { ...record(Parameters), AutomationExecutionId: '00000000-0000-4000-8000-000000000000' }
    return Type === 'Task'
      ? calling(
          cloud,
          region,
          RoleArn,
          api.replace(/^./, (it) => it.toUpperCase()),
          input,
        )
      : []
  }),
]

/** Drills put the schedule there; here are what it starts and the role that it takes. */
const deadMan: Look = (cloud, { physicalId, properties }) => {
  if (!physicalId.includes('-dead-man-')) return []
  const [system = ''] = physicalId.split('-dead-man-')
  const role = `arn:aws:iam::000000000000:role${text(properties.Path)}${physicalId}`
  const region = /[a-z]+-[a-z]+-\d/.exec(physicalId)?.[0] ?? ''
  const DocumentName = `${system}-dead-man-pr123`
  if (existing(cloud, region, 'AWS::SSM::Document', DocumentName))
    return calling(cloud, region, role, 'StartAutomationExecution', { DocumentName })
  const topics = all(cloud, 'AWS::SNS::Topic', region).filter(({ physicalId: arn }) => /alert|alarm/.test(arn))
  return topics.flatMap(({ physicalId: TopicArn }) => calling(cloud, region, role, 'Publish', { TopicArn }))
}

const looks: Record<string, Look> = {
  'AWS::S3::Bucket': replication,
  'AWS::Lambda::Function': aFunction,
  'AWS::Lambda::EventSourceMapping': source,
  'AWS::EC2::FlowLog': flowLog,
  'AWS::Logs::Destination': destination,
  'AWS::Events::Rule': rule,
  'AWS::Events::Endpoint': endpoint,
  'AWS::StepFunctions::StateMachine': machine,
  'AWS::IAM::Role': (cloud, one) => [...deadMan(cloud, one), ...management(cloud, one)],
  'AWS::ECS::TaskDefinition': task,
  'AWS::Backup::BackupSelection': selection,
  'Custom::VaultEmptier': ourCode,
  'Custom::ReaderRemover': ourCode,
  'Custom::SecureParameter': ourCode,
}

/** What services do with roles for one resource. */
export const usesOf: Look = (cloud, one) => looks[one.type]?.(cloud, one) ?? []

/** Everything that services do with roles in this account. */
export const usesIn = (cloud: Cloud): Use[] => Object.values(cloud.resources).flatMap((one) => usesOf(cloud, one))

/** Roles that a service may take on, with the services. */
export const serviceRoles = (cloud: Cloud): { role: string; services: string[] }[] =>
  all(cloud, 'AWS::IAM::Role').flatMap(({ physicalId: role, properties }) => {
    const statements = list(record(properties.AssumeRolePolicyDocument).Statement)
    const services = statements.flatMap(({ Principal }) => texts(record(Principal).Service))
    return services.length > 0 ? [{ role, services }] : []
  })
