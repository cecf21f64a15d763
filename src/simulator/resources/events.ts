// EventBridge: buses, their policies and rules, and global endpoints over two regions.
import type { Region } from '../../lib/core/model.ts'
import { account } from '../state.ts'
import { define, serviceError } from './define.ts'
import { all, existing, list, record, text } from '../existing.ts'
import { hasRole, isTrusted } from './iam.ts'
import { arn, derivedWord, parseArn } from '../identifiers.ts'
import { acts } from '../rights/acts.ts'
import { notAuthorized } from '../rights/ask.ts'
import { lacking, type Values } from '../rights/row.ts'
import type { Around, Kind, Properties } from './kind.ts'

/** The name of a bus, given by name or ARN; undefined means the default bus. */
const busOf = (bus: unknown): string => (bus === undefined ? 'default' : text(bus).replace(/^arn:.*:event-bus\//, ''))

const failed = (around: Around, message: string, code = 'InvalidRequest'): Error =>
  serviceError(around, 'EventBridge', 400, message, code)

function requireBus(around: Around, bus: unknown, region: Region = around.region): void {
  const name = busOf(bus)
  if (name === 'default' || existing(around.cloud, region, 'AWS::Events::EventBus', name)) return
  throw failed(around, `Event bus ${name} does not exist.`, 'NotFound')
}

const ruleArn = (id: string, region: string): string => arn('events', region, `rule/${id.replace('|', '/')}`)

const endpoint = 'AWS::Events::Endpoint'
const busArns = ({ EventBuses }: Properties): string[] => list(EventBuses).map(({ EventBusArn }) => text(EventBusArn))

/** EventBridge puts a managed rule for replication on both buses of an endpoint; it goes with the endpoint. */
const hasManagedRule = (around: Around, name: string): boolean =>
  all(around.cloud, endpoint).some(
    ({ properties }) =>
      replicates(properties) && busArns(properties).includes(arn('events', around.region, `event-bus/${name}`)),
  )

const replicates = ({ ReplicationConfig }: Properties): boolean => record(ReplicationConfig).State !== 'DISABLED'

function requireEndpoint(properties: Properties, around: Around): void {
  const buses = busArns(properties).map((bus) => ({ bus, region: parseArn(bus)?.region ?? '' }))
  const [one, other] = buses
  const failover = record(record(properties.RoutingConfig).FailoverConfig)
  const secondary = text(record(failover.Secondary).Route)
  if (!one || !other || buses.length !== 2 || busOf(one.bus) !== busOf(other.bus) || one.region === other.region) {
    throw failed(around, 'An endpoint needs two event buses of the same name in two Regions.')
  }
  if (!buses.some(({ region }) => region === around.region) || !buses.some(({ region }) => region === secondary)) {
    throw failed(around, 'The event buses of an endpoint are in its own Region and in its secondary Region.')
  }
  for (const { bus, region } of buses) requireBus(around, bus, region)
  const check = text(record(failover.Primary).HealthCheck)
  const id = /^arn:[^:]+:route53:::healthcheck\/(.+)$/.exec(check)?.[1] ?? ''
  if (!existing(around.cloud, 'global', 'AWS::Route53::HealthCheck', id)) {
    throw failed(around, `The health check ${check} does not exist.`, 'NotFound')
  }
  const role = text(properties.RoleArn)
  if (replicates(properties) && !(hasRole(around, role) && isTrusted(around, role, 'events.amazonaws.com'))) {
    throw failed(around, `Provided role '${role}' cannot be assumed by principal 'events.amazonaws.com'.`)
  }
  if (!replicates(properties)) return
  for (const { bus } of buses) {
    const rows = acts['events.amazonaws.com']['replicate an endpoint']
    const missing = lacking(around.cloud, role, rows, endpointValues(bus, role))
    if (missing) throw failed(around, notAuthorized(role, missing), 'AccessDenied')
  }
}

/** What EventBridge needs to know of a bus of an endpoint to ask for the rights of the role that replicates. */
export const endpointValues = (bus: string, role: string): Values => ({
  bus,
  managedRule: `${bus.replace(':event-bus/', ':rule/')}/GlobalEndpointManagedRule-1`,
  role,
})

/** Regions without global endpoints: where AWS's registry, as cfn-lint 1.51.0 lists it, lacks the type. */
const withoutEndpoints = (
  'af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ' +
  'ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1'
).split(' ')

export const events: Kind[] = [
  define('AWS::Events::EventBus', {
    name: 'Name',
    createOnly: ['EventSourceName'],
    arn: (name, region) => arn('events', region, `event-bus/${name}`),
    taken: (name) => `Event bus ${name} already exists.`,
    attributes: ({ Policy }, name, { region }) => ({
      Arn: arn('events', region, `event-bus/${name}`),
      Name: name,
      Policy: Policy ?? '',
    }),
    removable: (name, around) => {
      const rules = all(around.cloud, 'AWS::Events::Rule', around.region)
      const hasRules = rules.some(({ properties }) => busOf(properties.EventBusName) === name)
      if (!hasRules && !hasManagedRule(around, name)) return
      throw failed(around, `Event bus ${name} can't be deleted since it has rules.`)
    },
  }),
  define('AWS::Events::Rule', {
    name: 'Name',
    createOnly: ['EventBusName'],
    // On a bus of its own, Ref gives `bus|rule`.
    id: (name, { EventBusName }) => (busOf(EventBusName) === 'default' ? name : `${busOf(EventBusName)}|${name}`),
    arn: ruleArn,
    attributes: (_, id, { region }) => ({ Arn: ruleArn(id, region), RuleName: id.split('|').at(-1) ?? '' }),
    requires: ({ EventBusName, ScheduleExpression, EventPattern, Targets }, around) => {
      requireBus(around, EventBusName)
      if (ScheduleExpression === undefined && EventPattern === undefined) {
        throw failed(around, 'Parameter(s) EventPattern or ScheduleExpression must be specified.')
      }
      if (ScheduleExpression !== undefined && busOf(EventBusName) !== 'default') {
        throw failed(around, 'ScheduleExpression is supported only on the default event bus.')
      }
      for (const { RoleArn } of list(Targets)) {
        if (RoleArn === undefined || isTrusted(around, text(RoleArn), 'events.amazonaws.com')) continue
        throw failed(around, `Provided role '${text(RoleArn)}' cannot be assumed by principal 'events.amazonaws.com'.`)
      }
    },
  }),
  define('AWS::Events::EventBusPolicy', {
    id: (_, { EventBusName, StatementId }) => `${busOf(EventBusName)}|${text(StatementId)}`,
    createOnly: ['EventBusName', 'StatementId'],
    requires: ({ EventBusName }, around) => requireBus(around, EventBusName),
  }),
  define(endpoint, {
    name: 'Name',
    absent: withoutEndpoints,
    taken: (name) => `Endpoint ${name} already exists.`,
    attributes: (_, name, { region }) => {
      const id = `${derivedWord(`${name}${region}`, 10).toLowerCase()}.${derivedWord(name, 3).toLowerCase()}`
      return {
        Arn: `arn:aws:events:${region}:${account}:endpoint/${name}`,
        EndpointId: id,
        EndpointUrl: `https://${id}.endpoint.events.amazonaws.com`,
        State: 'ACTIVE',
        StateReason: '',
      }
    },
    requires: requireEndpoint,
  }),
  define('AWS::Events::Archive', {
    name: 'ArchiveName',
    createOnly: ['SourceArn'],
    attributes: (_, name, { region }) => ({ Arn: arn('events', region, `archive/${name}`) }),
    requires: ({ SourceArn }, around) => requireBus(around, SourceArn),
  }),
]
