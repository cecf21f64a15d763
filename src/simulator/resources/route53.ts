// Route 53: zones, records, health checks. Global, and its names need not be unique.
import { define, serviceError } from './define.ts'
import { all, existing, isOwn, record, text } from '../existing.ts'
import { derived, derivedWord, fresh, uuid } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'

const dot = (name: string): string => (name.endsWith('.') ? name : `${name}.`)

const refusedByRoute53 = (around: Around, message: string, code = 'InvalidRequest'): Error =>
  serviceError(around, 'Route53', 400, message, code)

/** The zone that a record names by id or by name. */
const zoneOf = ({ HostedZoneId, HostedZoneName }: Properties, around: Around) =>
  all(around.cloud, 'AWS::Route53::HostedZone').find(
    ({ physicalId, properties }) =>
      physicalId === HostedZoneId ||
      (HostedZoneId === undefined && dot(text(properties.Name)) === dot(text(HostedZoneName))),
  )

/** Four name servers, as every zone gets them. */
const nameServers = (zone: string): string[] =>
  ['com', 'net', 'org', 'co.uk'].map((end, index) => {
    const number = (Number.parseInt(derived(zone + end, 6), 16) % 512) + index * 512
    return `ns-${number}.awsdns-${String(number % 64).padStart(2, '0')}.${end}`
  })

export const route53: Kind[] = [
  define('AWS::Route53::HostedZone', {
    scope: 'global',
    id: (_, __, { cloud }) => `Z${derivedWord(fresh(cloud), 20)}`,
    createOnly: ['Name'],
    arn: (id) => `arn:aws:route53:::hostedzone/${id}`,
    attributes: (_, id) => ({ Id: id, NameServers: nameServers(id) }),
    requires: ({ Name }, around) => {
      if (/(^|\.)example\.(com|net|org)\.?$/.test(text(Name))) {
        throw refusedByRoute53(around, `${dot(text(Name))} is reserved by AWS!`)
      }
    },
    removable: (id, around) => {
      const foreign = all(around.cloud, 'AWS::Route53::RecordSet').some(
        ({ properties }) => zoneOf(properties, around)?.physicalId === id,
      )
      if (!foreign) return
      const message = 'The specified hosted zone contains non-required resource record sets and so cannot be deleted.'
      throw refusedByRoute53(around, message)
    },
  }),
  define('AWS::Route53::HealthCheck', {
    scope: 'global',
    id: (_, __, { cloud }) => uuid(fresh(cloud)),
    createOnly: ['HealthCheckConfig/Type', 'HealthCheckConfig/RequestInterval', 'HealthCheckConfig/MeasureLatency'],
    arn: (id) => `arn:aws:route53:::healthcheck/${id}`,
    attributes: (_, id) => ({ HealthCheckId: id }),
    requires: ({ HealthCheckConfig }, around) => {
      const { RequestInterval, FailureThreshold } = record(HealthCheckConfig)
      const isFine =
        [undefined, '10', '30'].includes(RequestInterval === undefined ? undefined : text(RequestInterval)) &&
        (FailureThreshold === undefined ||
          (Number(text(FailureThreshold)) >= 1 && Number(text(FailureThreshold)) <= 10))
      if (!isFine)
        throw refusedByRoute53(around, 'Invalid health check configuration: interval or threshold out of range')
    },
  }),
  define('AWS::Route53::RecordSet', {
    scope: 'global',
    id: (_, { Name }) => text(Name).replace(/\.$/, ''),
    within: 'SetIdentifier',
    createOnly: ['Name', 'HostedZoneId', 'HostedZoneName'],
    requires: (properties, around) => {
      const zone = zoneOf(properties, around)
      const name = dot(text(properties.Name))
      if (!zone) {
        const message = `No hosted zone found with ID: ${text(properties.HostedZoneId ?? properties.HostedZoneName)}`
        throw refusedByRoute53(around, message, 'NotFound')
      }
      const zoneName = dot(text(zone.properties.Name))
      if (name !== zoneName && !name.endsWith(`.${zoneName}`)) {
        throw refusedByRoute53(around, `[RRSet with DNS name ${name} is not permitted in zone ${zoneName}]`)
      }
      const check = properties.HealthCheckId
      if (check !== undefined && !existing(around.cloud, 'global', 'AWS::Route53::HealthCheck', text(check))) {
        throw refusedByRoute53(around, `The specified health check ${text(check)} does not exist.`)
      }
      const clash = all(around.cloud, 'AWS::Route53::RecordSet').find(
        (other) =>
          !isOwn(other, around) &&
          zoneOf(other.properties, around) === zone &&
          dot(text(other.properties.Name)) === name &&
          other.properties.Type === properties.Type &&
          other.properties.SetIdentifier === properties.SetIdentifier,
      )
      if (clash) {
        const set = properties.SetIdentifier === undefined ? '' : `, set identifier='${text(properties.SetIdentifier)}'`
        const message = `[Tried to create resource record set [name='${name}', type='${text(properties.Type)}'${set}] but it already exists]`
        throw refusedByRoute53(around, message)
      }
    },
  }),
]
