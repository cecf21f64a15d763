// Where the name of an environment leads, by Route 53's own word and its two health checks.
import type { Dns } from '../aws/dns.ts'
import { RegionSilent } from '../aws/silence.ts'
import type { Region } from '../core/model.ts'
import type { TargetSession } from '../load/session.ts'
import type { RoleFact } from './observation.ts'
import { asked } from './asked.ts'
import type { Checks } from './checks.ts'

/** The role of the name; nothing where the system has none. */
export async function nameFacts(
  session: TargetSession,
  outputs: Record<string, string>,
  checks: Checks,
): Promise<RoleFact[]> {
  const { aws, target } = session
  const { primary = '' } = target.regions
  const zone = outputs['HostedZoneId']
  if (zone === undefined) return []
  const actual = await asked(aws.clock.now, async () => {
    try {
      return await byRoute53(session, outputs, zone, checks)
    } catch (error) {
      if (error instanceof RegionSilent) return byNameServers(session, outputs, error)
      throw error
    }
  })
  return [{ kind: 'dns', name: 'dns active', expected: primary, actual }]
}

interface Place {
  places: string[]
  state: string
  good: boolean
  ill?: string
  unhealthy?: true
  mend?: string
}

async function byRoute53(
  { aws, target }: TargetSession,
  outputs: Record<string, string>,
  zone: string,
  checks: Checks,
): Promise<Place> {
  const { primary = '', failover = '' } = target.regions
  const dns = await aws.dns()
  const { PrimaryHealthCheckId: own = '', FailoverHealthCheckId: others = '' } = outputs
  const [one, other] = await Promise.all([own, others].map((id) => checks.isHealthy(id)))
  const place = (await placeOf(dns, outputs, zone, { primary, failover })) ?? (one || !other ? primary : failover)
  const standby = place === primary ? failover : primary
  const [here, there] = place === primary ? [one, other] : [other, one]
  // With one writer, the other region refuses to be ready until it is promoted: that is how it waits.
  const waits = !there && outputs['GlobalClusterIdentifier'] !== undefined
  const state = `${here ? 'healthy' : 'unhealthy'}${waits ? `, ${standby} waits` : there ? '' : `, ${standby} unhealthy`}`
  // An ill region is why one fails over; only where nothing could take over it is an obstacle.
  const good = there || waits
  const mend = `see what its checkers say: aws route53 get-health-check-status --health-check-id ${place === primary ? others : own}`
  const ill = { ill: `${place} is unhealthy`, unhealthy: true as const }
  return { places: [place], state, good, ...(!good && { mend }), ...(!here && ill) }
}

/** How long an address is asked, ms. */
const patience = 2_000

/**
 * Route 53's own API is in one region, its name servers are everywhere: they tell the place, and the addresses that the
 * health checks ask are asked from here, but for those of the silent region. Throws `silence`.
 */
async function byNameServers(
  session: TargetSession,
  outputs: Record<string, string>,
  silence: RegionSilent,
): Promise<Place> {
  const { primary = '', failover = '' } = session.target.regions
  const net = session.net()
  const servers = (outputs['NameServers'] ?? '').split(',').filter(Boolean)
  const hosts = await net.resolve(outputs['RecordName'] ?? '', servers)
  const place = hosts && regionOf(hosts, outputs, { primary, failover })
  if (place === undefined) throw silence
  const ready = async (region: Region): Promise<boolean | undefined> => {
    if (region === silence.region) return undefined
    const limit = new AbortController()
    const done = new AbortController()
    void session.aws.clock.sleep(patience, done.signal).then(
      () => limit.abort(),
      () => undefined,
    )
    const host = outputs[region === primary ? 'PrimaryApiHost' : 'FailoverApiHost'] ?? ''
    const answer = await net.https(host, '/ready', limit.signal)
    done.abort()
    return answer !== undefined && answer.status >= 200 && answer.status < 400
  }
  const standby = place === primary ? failover : primary
  const [here, there] = await Promise.all([place, standby].map(ready))
  const waits = outputs['GlobalClusterIdentifier'] !== undefined
  const words = (it: boolean | undefined): string =>
    it === undefined ? 'not seen' : it ? 'ready from here' : 'not ready'
  const state = `${words(here)}, ${standby} ${there === false && waits ? 'waits' : words(there)}`
  const ill = `${silence.message}: the name leads to ${place}, its health checks are not seen`
  return { places: [place], state, good: there !== false || waits, ill }
}

const regionOf = (
  hosts: readonly string[],
  outputs: Record<string, string>,
  { primary, failover }: { primary: string; failover: string },
): string | undefined => {
  if (hosts.includes(outputs['PrimaryApiHost'] ?? '')) return primary
  return hosts.includes(outputs['FailoverApiHost'] ?? '') ? failover : undefined
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
  const found = regionOf(hosts, outputs, { primary, failover })
  if (found !== undefined) return found
  if (hosts.length > 0) throw new Error(`${name} leads to ${hosts.join(', ')}, which is in neither region`)
  if ((await dns.answer(zone, name, 'A')).length > 0) return undefined
  throw new Error(`${name} has no answer`)
}
