import { describe, expect, test } from 'vitest'

import type { Value } from '../../src/lib/core/model.ts'
import { kinds } from '../../src/simulator/resources/kinds.ts'
import { isListAttribute, knownAttribute, namingProperty } from '../../src/lib/templates/attributes.ts'
import { cloudAtStart, region } from '../simulator/resources/region.ts'

const place = { partition: 'aws', region: 'eu-central-1', account: '000000000000' }

const known = (type: string, properties: Record<string, Value>, attribute?: string): Value | undefined =>
  knownAttribute(type, attribute, (name) => properties[name], place)

const given = { Path: '/dr/', Cluster: 'streaming', EventBusName: 'payments', FunctionName: 'consumer' }
const named = kinds.filter(({ type }) => namingProperty(type) !== undefined)

test.each(named.map((kind) => [kind.type, kind] as const))(
  '%s: what its name tells beforehand is what creation tells afterwards',
  (type, kind) => {
    const around = region(cloudAtStart(), place.region).around('It')
    const name = namingProperty(type) ?? ''
    const properties = { ...given, [name]: type === 'AWS::Logs::LogGroup' ? '/dr/it-a' : 'it-a' }
    const id = kind.physicalId(properties, around)
    expect(known(type, properties)).toBe(id)
    const made = kind.attributes(properties, id, around)
    const told = Object.keys(made).filter((attribute) => known(type, properties, attribute) !== undefined)
    for (const attribute of told)
      expect([attribute, known(type, properties, attribute)]).toEqual([attribute, made[attribute]])
    // The ARN that the tagging API lists is among them, where the type has one as an attribute.
    const arn = Object.keys(made).find((attribute) => /Arn$/i.test(attribute) && made[attribute] !== '')
    if (arn !== undefined && type !== 'AWS::Config::ConfigRule') expect(told).toContain(arn)
  },
)

describe('Ref and GetAtt', () => {
  test('the default bus and the default group are no part of a name', () => {
    const arn = 'arn:aws:events:eu-central-1:000000000000:rule/r'
    expect(known('AWS::Events::Rule', { Name: 'r' }, 'Arn')).toBe(arn)
    expect(known('AWS::Events::Rule', { Name: 'r', EventBusName: 'default' }, 'Arn')).toBe(arn)
    expect(known('AWS::Events::Rule', { Name: 'r' })).toBe('r')
    const schedule = 'arn:aws:scheduler:eu-central-1:000000000000:schedule/default/s'
    expect(known('AWS::Scheduler::Schedule', { Name: 's' }, 'Arn')).toBe(schedule)
  })

  test('a bus, a cluster or a function may be given by ARN', () => {
    const bus = 'arn:aws:events:eu-central-1:000000000000:event-bus/payments'
    expect(known('AWS::Events::Rule', { Name: 'r', EventBusName: bus })).toBe('payments|r')
    const cluster = 'arn:aws:ecs:eu-central-1:000000000000:cluster/streaming'
    const service = 'arn:aws:ecs:eu-central-1:000000000000:service/streaming/app'
    expect(known('AWS::ECS::Service', { ServiceName: 'app', Cluster: cluster })).toBe(service)
    const of = 'arn:aws:lambda:eu-central-1:000000000000:function:consumer'
    expect(known('AWS::Lambda::Alias', { Name: 'live', FunctionName: of })).toBe(`${of}:live`)
  })

  test('what has no name of its own stays unknown', () => {
    expect(known('AWS::ECS::Service', {})).toBeUndefined()
    expect(known('AWS::EC2::NatGateway', { SubnetId: 'subnet-1' })).toBeUndefined()
    expect(known('Custom::Thing', { Name: 'it' }, 'Name')).toBeUndefined()
  })

  test('some attributes are lists', () => {
    expect(isListAttribute('AWS::ElasticLoadBalancingV2::LoadBalancer', 'SecurityGroups')).toBe(true)
    expect(isListAttribute('AWS::ElasticLoadBalancingV2::LoadBalancer', 'DNSName')).toBe(false)
  })
})

test.each(kinds.map((kind) => [kind.type, kind] as const))('%s: lists are known as lists', (type, kind) => {
  const around = region(cloudAtStart(), place.region).around('It')
  const made = kind.attributes({}, 'arn:aws:any:us-east-1:000000000000:any/app/name/1', around)
  for (const [name, value] of Object.entries(made)) {
    expect([name, isListAttribute(type, name)]).toEqual([name, Array.isArray(value)])
  }
})
