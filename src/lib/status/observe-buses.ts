// Where the global endpoint leads events from outside: to its own region while the health check of that is healthy.
import type { TargetSession } from '../load/session.ts'
import type { RoleFact } from './observation.ts'
import { asked } from './asked.ts'
import type { Checks } from './checks.ts'

/** The role of the event bus; nothing where there is no endpoint, as in regions that have none. */
export async function busFacts(
  session: TargetSession,
  outputs: Record<string, string>,
  checks: Checks,
): Promise<RoleFact[]> {
  const { aws, target } = session
  const { primary = '' } = target.regions
  if ((outputs['EventEndpointUrl'] ?? 'none') === 'none') return []
  const name = `${target.system.name}-${target.suffix}`
  const actual = await asked(aws.clock.now, async () => {
    const endpoint = await (await aws.buses(primary)).endpoint(name)
    if (!endpoint) throw new Error(`there is no event endpoint ${name} in ${primary}`)
    const place = (await checks.isHealthy(endpoint.check)) ? primary : endpoint.secondary
    const active = endpoint.state === 'ACTIVE'
    const state = active ? (endpoint.replicates ? 'replicates' : 'does not replicate') : endpoint.state
    const at = `--region ${primary} --name ${name}`
    const mend = active
      ? `aws events update-endpoint ${at} --replication-config State=ENABLED`
      : `see why: aws events describe-endpoint ${at}`
    return { places: [place], state, ...(active && endpoint.replicates ? { good: true } : { good: false, mend }) }
  })
  return [{ kind: 'bus', name: 'event bus', expected: primary, actual }]
}
