import { describe, expect, test } from 'vitest'

import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { elb, withTask, withZones } from './service.ts'

describe('load balancers', () => {
  test('a balancer lies in two zones, in subnets and groups that exist', () => {
    const { make, balancer, subnets } = withZones()
    const inSubnets =
      (...Subnets: string[]) =>
      () =>
        make('B', elb('LoadBalancer'), { ...balancer, Subnets })
    expect(inSubnets(subnets[0] ?? '')).toThrow('At least two subnets in two different Availability Zones')
    expect(inSubnets(subnets[0] ?? '', 'subnet-none')).toThrow("The subnet ID 'subnet-none' does not exist")
    expect(() => make('B', elb('LoadBalancer'), { ...balancer, SecurityGroups: ['sg-none'] })).toThrow("'sg-none' does")
    expect(inSubnets(...subnets)()).toMatch(
      /^arn:aws:elasticloadbalancing:eu-central-1:000000000000:loadbalancer\/app\/web\/[0-9a-f]{16}$/,
    )
  })

  test('one that faces the internet needs an internet gateway, a name is taken once', () => {
    const { make, drop, balancer, vpc } = withZones()
    for (const id of ['Out', 'Nat', 'Attachment']) drop(id)
    const { Scheme: _, ...facing } = balancer
    expect(() => make('B', elb('LoadBalancer'), facing)).toThrow(`VPC ${vpc} has no internet gateway`)
    make('B', elb('LoadBalancer'), balancer)
    expect(() => make('C', elb('LoadBalancer'), balancer)).toThrow("the same name 'web' exists")
  })

  test('names of its parts as metrics and records want them', () => {
    const { make, attributes, balancer, target } = withZones()
    make('B', elb('LoadBalancer'), balancer)
    expect(attributes('B')['LoadBalancerFullName']).toMatch(/^app\/web\/[0-9a-f]{16}$/)
    expect(attributes('B')['DNSName']).toMatch(/^internal-web-\d+\.eu-central-1\.elb\.amazonaws\.com$/)
    make('T', elb('TargetGroup'), target)
    expect(attributes('T')['TargetGroupFullName']).toMatch(/^targetgroup\/web\/[0-9a-f]{16}$/)
  })

  test('a listener needs its balancer, its target groups, a port of its own and, for HTTPS, a certificate', () => {
    const { make, LoadBalancerArn, TargetGroupArn } = withTask()
    const listener = (more: Properties) => () =>
      make('L', elb('Listener'), { LoadBalancerArn, Port: 81, Protocol: 'HTTP', DefaultActions: [], ...more })
    expect(listener({ LoadBalancerArn: 'none' })).toThrow('One or more load balancers not found')
    expect(listener({ DefaultActions: [{ Type: 'forward', TargetGroupArn: 'x' }] })).toThrow('target groups not found')
    expect(listener({ Port: 80 })).toThrow('A listener already exists on this port')
    expect(listener({ Protocol: 'HTTPS' })).toThrow('A certificate must be specified')
    const ForwardConfig = { TargetGroups: [{ TargetGroupArn }] }
    expect(listener({ DefaultActions: [{ Type: 'forward', ForwardConfig }] })).not.toThrow()
  })

  test('a target group serves one balancer, and goes after the listeners and rules that forward to it', () => {
    const { make, drop, balancer, TargetGroupArn, ListenerArn } = withTask()
    const LoadBalancerArn = make('Other', elb('LoadBalancer'), { ...balancer, Name: 'other' })
    const Actions = [{ Type: 'forward', TargetGroupArn }]
    expect(() =>
      make('L', elb('Listener'), { LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions: Actions }),
    ).toThrow('cannot be associated with more than one load balancer')
    make('Rule', elb('ListenerRule'), { ListenerArn, Priority: 1, Actions, Conditions: [] })
    expect(() => make('Twin', elb('ListenerRule'), { ListenerArn, Priority: 1, Actions })).toThrow("Priority '1' is")
    expect(() => make('Lost', elb('ListenerRule'), { ListenerArn: 'none', Priority: 1 })).toThrow('listeners not found')
    expect(() => drop('Target')).toThrow(`Target group '${TargetGroupArn}' is currently in use by a listener or a rule`)
    for (const id of ['Rule', 'Listener']) drop(id)
    expect(drop('Target')).toBe('gone')
  })

  test('a protected balancer cannot be deleted; any holds its subnets and groups', () => {
    const { make, drop, balancer } = withZones()
    const LoadBalancerAttributes = [{ Key: 'deletion_protection.enabled', Value: 'true' }]
    make('B', elb('LoadBalancer'), { ...balancer, LoadBalancerAttributes })
    expect(() => drop('B')).toThrow('cannot be deleted because deletion protection is enabled')
    expect(() => drop('Second')).toThrow('has dependencies')
    expect(() => drop('Group')).toThrow('has a dependent object')
  })
})
