// EventBridge: what its global endpoints are made of, and events for buses.
import {
  type DescribeEndpointCommandInput,
  type PutEventsCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge'

import { type Answers, type Call, Refusal } from '../answer.ts'
import { type BusEvent, busIn, lagOf, take } from '../data/buses.ts'
import { isGone } from '../endpoints.ts'
import { isHealthy } from '../data/health.ts'
import { all, existing, record, text } from '../existing.ts'
import { fresh, uuid } from '../identifiers.ts'
import { account } from '../state.ts'
import { wholeSeconds } from './buckets.ts'
import { said } from '../said.ts'

/** Entries in one call, by EventBridge's limit. */
const largest = 10

/** Where an endpoint leads now, and the bus that it copies to. */
function routed(id: string, call: Call): { region: string; peer?: string } {
  const { cloud, now } = call
  const endpoint = all(cloud, 'AWS::Events::Endpoint').find(({ attributes }) => attributes.EndpointId === id)
  if (!endpoint) throw new ResourceNotFoundException(said(`Endpoint '${id}' does not exist.`))
  const { Primary, Secondary } = record(record(endpoint.properties.RoutingConfig).FailoverConfig)
  const other = text(record(Secondary).Route)
  const check = text(record(Primary).HealthCheck).replace(/^.*healthcheck\//, '')
  const watched = existing(cloud, 'global', 'AWS::Route53::HealthCheck', check)
  const [region, peer] = !watched || isHealthy(watched, now) ? [endpoint.region, other] : [other, endpoint.region]
  if (isGone(call, region)) throw new Refusal('ServiceUnavailable', `${region} does not answer`, 503)
  return { region, ...(record(endpoint.properties.ReplicationConfig).State !== 'DISABLED' && { peer }) }
}

function put({ Entries = [], EndpointId }: PutEventsCommandInput, call: Call): unknown {
  const { cloud, now } = call
  const { region, peer } = EndpointId === undefined ? { region: call.region } : routed(EndpointId, call)
  if (Entries.length === 0 || Entries.length > largest) {
    throw new Refusal('ValidationException', `1 validation error detected: entries must have 1 to ${largest} members`)
  }
  const answered = Entries.map(({ EventBusName = 'default', Source, DetailType, Detail, Resources = [], Time }) => {
    const name = EventBusName.replace(/^arn:.*:event-bus\//, '')
    const bus = busIn(cloud, region, name)
    if (!bus) throw new ResourceNotFoundException(said(`Event bus ${name} does not exist.`))
    if (!Source || !DetailType || !Detail) {
      return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter is not valid. Reason: a field is missing.' }
    }
    const id = uuid(fresh(cloud))
    const event: BusEvent = {
      id,
      'detail-type': DetailType,
      source: Source,
      account,
      time: (Time ?? wholeSeconds(now)).toISOString().replace('.000', ''),
      region,
      resources: Resources,
      detail: JSON.parse(Detail) as Record<string, unknown>,
    }
    take(cloud, bus, event, now)
    const copy = peer === undefined ? undefined : busIn(cloud, peer, name)
    if (copy) take(cloud, copy, event, now + lagOf(bus), now + lagOf(bus))
    return { EventId: id }
  })
  return { FailedEntryCount: answered.filter((one) => 'ErrorCode' in one).length, Entries: answered }
}

/** EventBridge, by command. */
export const answers: Answers = {
  PutEventsCommand: put,
  DescribeEndpointCommand: ({ Name = '' }: DescribeEndpointCommandInput, { cloud, region }: Call) => {
    const endpoint = existing(cloud, region, 'AWS::Events::Endpoint', Name)
    if (!endpoint) throw new ResourceNotFoundException(said(`Endpoint '${Name}' does not exist.`))
    const { RoutingConfig, EventBuses, RoleArn, ReplicationConfig } = endpoint.properties
    return {
      Name,
      Arn: text(endpoint.attributes.Arn),
      RoutingConfig,
      // Endpoints replicate unless they are told not to.
      ReplicationConfig: ReplicationConfig ?? { State: 'ENABLED' },
      EventBuses,
      RoleArn,
      EndpointId: text(endpoint.attributes.EndpointId),
      EndpointUrl: text(endpoint.attributes.EndpointUrl),
      State: text(endpoint.state?.state ?? endpoint.attributes.State),
    }
  },
}
