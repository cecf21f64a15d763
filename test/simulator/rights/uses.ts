// What services do with the roles of a deployed system, as its resources say: the tables of rights with their values.
import { all, existing, list, record, text, texts } from '../../../src/simulator/existing.ts'
import { acts } from '../../../src/simulator/rights/acts.ts'
import { keyArn } from '../../../src/simulator/rights/ask.ts'
import { calls } from '../../../src/simulator/rights/calls.ts'
import { callValues } from '../../../src/simulator/rights/ask.ts'
import { asked, type Asked, type Row, type Values } from '../../../src/simulator/rights/row.ts'
import { sourceValues } from '../../../src/simulator/resources/lambda.ts'
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

const aFunction: Look = (_, { region, properties }) => {
  const { Role, VpcConfig, LoggingConfig } = properties
  const log = { region, logGroup: text(record(LoggingConfig).LogGroup), logStream: 'a stream' }
  return [
    ...(VpcConfig === undefined ? [] : uses(Role, 'lambda: join a network', lambda['join a network'], {})),
    ...uses(Role, 'lambda: write its log', lambda['write its log'], log),
  ]
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
  const stream = text(TargetArn)
  const streamRegion = regionOf(stream)
  const { StreamEncryption } = existing(cloud, streamRegion, 'AWS::Kinesis::Stream', lastOf(stream))?.properties ?? {}
  const streamKey = keyArn(cloud, streamRegion, text(record(StreamEncryption).KeyId))
  const rows = acts['logs.amazonaws.com']['send to a destination']
  return uses(RoleArn, 'log destination', rows, { stream, streamRegion, streamKey })
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
    const bus = text(EventBusArn)
    const managedRule = `${bus.replace(':event-bus/', ':rule/')}/GlobalEndpointManagedRule-1`
    return uses(RoleArn, 'endpoint', events['replicate an endpoint'], { bus, managedRule, role: text(RoleArn) })
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
  'AWS::IAM::Role': deadMan,
}

/** Everything that services do with roles in this account. */
export const usesIn = (cloud: Cloud): Use[] =>
  Object.values(cloud.resources).flatMap((one) => looks[one.type]?.(cloud, one) ?? [])

/** Roles that a service may take on, with the services. */
export const serviceRoles = (cloud: Cloud): { role: string; services: string[] }[] =>
  all(cloud, 'AWS::IAM::Role').flatMap(({ physicalId: role, properties }) => {
    const statements = list(record(properties.AssumeRolePolicyDocument).Statement)
    const services = statements.flatMap(({ Principal }) => texts(record(Principal).Service))
    return services.length > 0 ? [{ role, services }] : []
  })
