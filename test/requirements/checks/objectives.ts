// What templates can promise about recovery. Only a drill can show that it is kept, so nothing deployed proves these.
import { expect } from 'vitest'
import { get, peer, set, sides, type Check } from '../world.ts'
import { healthCheck, record } from './dns.ts'
import { alarms, expectOne, latency } from './watching.ts'

export const objectives: Check[] = [
  {
    ids: 'TXN-57',
    rule: 'a lost region is noticed and answers expire long before the 15 minutes are over',
    holds: (world) => {
      for (const side of sides) {
        const config = get(healthCheck(world, side), 'HealthCheckConfig')
        const noticed = Number(get(config, 'RequestInterval')) * Number(get(config, 'FailureThreshold'))
        const expired = Number(get(record(world, side), 'TTL'))
        expect(expired).toBe(30)
        expect(noticed + expired).toBeLessThanOrEqual(15 * 60 * 0.2)
      }
    },
    breaks: (world) => set(record(world, 'primary'), 'TTL', '900'),
  },
  {
    ids: 'TXN-58',
    rule: 'replication of documents and table is watched at 5 minutes or less',
    holds: (world) => {
      expect(Number(get(latency(world), 'Threshold'))).toBeLessThanOrEqual(300)
      for (const side of sides) {
        const receiving = {
          TableName: `transactions-table-${world.suffix}`,
          ReceivingRegion: world.regions[peer(side)],
        }
        const alarm = expectOne(alarms(world, side, 'ReplicationLatency', receiving), 'table replication')
        expect(Number(get(alarm, 'Threshold'))).toBeLessThanOrEqual(300_000)
        expect(get(alarm, 'TreatMissingData')).toBe('missing')
      }
    },
    breaks: (world) => set(latency(world), 'Threshold', '900'),
  },
]
