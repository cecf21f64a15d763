// Failover routing of the transactions system.
import { expect } from 'vitest'
import {
  get,
  list,
  meant,
  one,
  output,
  set,
  sides,
  text,
  type Check,
  type Item,
  type Side,
  type World,
} from '../world.ts'

const failover = { primary: 'PRIMARY', failover: 'SECONDARY' }
export const record = (world: World, side: Side): Item =>
  one(world, 'AWS::Route53::RecordSet', undefined, { Failover: failover[side] })
export const healthCheck = (world: World, side: Side): Item =>
  meant(world, 'AWS::Route53::HealthCheck', get(record(world, side), 'HealthCheckId'))

export const dns: Check[] = [
  {
    ids: 'TXN-18',
    rule: 'one hosted zone holds a primary and a secondary record of the same name',
    holds: (world) => {
      const zone = one(world, 'AWS::Route53::HostedZone')
      expect(zone.is(world.outputs.HostedZoneId)).toBe(true)
      expect(text(zone, 'Name')).not.toMatch(/(^|\.)example(\.|$)/)
      for (const side of sides) {
        expect(zone.is(get(record(world, side), 'HostedZoneId'))).toBe(true)
        expect(get(record(world, side), 'Name')).toBe(world.outputs.RecordName)
      }
      const names = sides.map((side) => get(record(world, side), 'SetIdentifier'))
      expect(new Set(names).size).toBe(2)
    },
    breaks: (world) => set(record(world, 'failover'), 'Name', 'elsewhere.'),
  },
  {
    ids: 'TXN-19',
    rule: 'each record has a health check of its own region, which asks whether a commit is accepted',
    holds: (world) => {
      for (const side of sides) {
        expect(
          healthCheck(world, side).is(world.outputs[`${side === 'primary' ? 'Primary' : 'Failover'}HealthCheckId`]),
        ).toBe(true)
        expect(get(healthCheck(world, side), 'HealthCheckConfig')).toMatchObject({
          Type: 'HTTPS',
          FullyQualifiedDomainName: output(world, side, 'ApiHost'),
          ResourcePath: '/ready',
          EnableSNI: true,
        })
      }
      expect(healthCheck(world, 'primary').name).not.toBe(healthCheck(world, 'failover').name)
    },
    breaks: (world) => set(record(world, 'failover'), 'HealthCheckId', get(record(world, 'primary'), 'HealthCheckId')),
  },
  {
    ids: 'TXN-20',
    rule: 'the primary record leads to us-east-1, the secondary to us-west-2',
    holds: (world) => {
      expect(world.regions).toEqual({ primary: 'us-east-1', failover: 'us-west-2' })
      for (const side of sides) {
        expect(list(record(world, side), 'ResourceRecords')).toEqual([output(world, side, 'ApiHost')])
        expect(output(world, side, 'ApiHost')).toContain(`.execute-api.${world.regions[side]}.`)
      }
    },
    breaks: (world) => set(record(world, 'primary'), 'ResourceRecords', [output(world, 'failover', 'ApiHost')]),
  },
  {
    ids: 'TXN-21',
    rule: 'health is checked every 30 seconds',
    holds: (world) => {
      for (const side of sides)
        expect(Number(get(healthCheck(world, side), 'HealthCheckConfig.RequestInterval'))).toBe(30)
    },
    breaks: (world) => set(healthCheck(world, 'failover'), 'HealthCheckConfig.RequestInterval', '10'),
  },
  {
    ids: 'TXN-22',
    rule: 'three failures make a region unhealthy',
    holds: (world) => {
      for (const side of sides)
        expect(Number(get(healthCheck(world, side), 'HealthCheckConfig.FailureThreshold'))).toBe(3)
    },
    breaks: (world) => set(healthCheck(world, 'primary'), 'HealthCheckConfig.FailureThreshold', '1'),
  },
]
