// Where the name of an environment leads, by Route 53's own word and its two health checks.
import type { Dns } from '../aws/dns.ts'
import type { TargetSession } from '../session.ts'
import type { RoleFact } from './observation.ts'
import { asked } from './asked.ts'

/** Of the checkers, so many must find an endpoint well: more than 18 per cent (Route 53 developer guide). */
const enough = 0.18

/** Whether a check counts as healthy: what checkers saw, unless it is disabled, and turned round where it is inverted. */
export async function isHealthy(dns: Dns, id: string): Promise<boolean> {
  const check = await dns.check(id)
  if (!check) throw new Error(`there is no health check ${id}`)
  const { healthy, asked: checkers } = check.disabled ? { healthy: 1, asked: 1 } : await dns.status(id)
  if (checkers === 0) throw new Error(`no checker has reported on the health check ${id}`)
  return healthy / checkers > enough !== check.inverted
}

/** The role of the name; nothing where the system has none. */
export async function nameFacts(session: TargetSession, outputs: Record<string, string>): Promise<RoleFact[]> {
  const { aws, target } = session
  const { primary = '', failover = '' } = target.regions
  const zone = outputs['HostedZoneId']
  if (zone === undefined) return []
  const actual = await asked(aws.clock.now, async () => {
    const dns = await aws.dns()
    const [one, other] = await Promise.all(
      [outputs['PrimaryHealthCheckId'], outputs['FailoverHealthCheckId']].map((id = '') => isHealthy(dns, id)),
    )
    const place = (await placeOf(dns, outputs, zone, { primary, failover })) ?? (one || !other ? primary : failover)
    const standby = place === primary ? failover : primary
    const [here, there] = place === primary ? [one, other] : [other, one]
    // With one writer, the other region refuses to be ready until it is promoted: that is how it waits.
    const waits = !there && outputs['GlobalClusterIdentifier'] !== undefined
    const state = `${here ? 'healthy' : 'unhealthy'}${waits ? `, ${standby} waits` : there ? '' : `, ${standby} unhealthy`}`
    // An ill region is why one fails over; only where nothing could take over it is an obstacle.
    return { places: [place], state, good: there || waits, ...(!here && { ill: `${place} is unhealthy` }) }
  })
  return [{ kind: 'dns', name: 'dns active', expected: primary, actual }]
}

/** The region whose API the name answers with; undefined where an alias answers, whose addresses tell no region. */
async function placeOf(
  dns: Dns,
  outputs: Record<string, string>,
  zone: string,
  { primary, failover }: { primary: string; failover: string },
): Promise<string | undefined> {
  const name = outputs['RecordName'] ?? ''
  const hosts = await dns.answer(zone, name)
  if (hosts.includes(outputs['PrimaryApiHost'] ?? '')) return primary
  if (hosts.includes(outputs['FailoverApiHost'] ?? '')) return failover
  if (hosts.length > 0) throw new Error(`${name} leads to ${hosts.join(', ')}, which is in neither region`)
  if ((await dns.answer(zone, name, 'A')).length > 0) return undefined
  throw new Error(`${name} has no answer`)
}
