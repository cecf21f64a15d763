// Turns the status of a health check round, so that the name follows although its endpoint is well: it tests the switch
// of the name alone.
import type { HealthCheck } from '../../aws/dns.ts'
import { DrError } from '../../core/errors.ts'
import type { Action, Ground, Step } from '../drill.ts'

/** Of two failing checks Route 53 trusts neither: where the other region's check fails in normal times, both are turned. */
const ids = ({ target }: Step): string[] => (target['checks'] ?? '').split(',').filter((id) => id !== '')

async function checks(step: Step, { aws }: Ground): Promise<HealthCheck[]> {
  const missing = (what: string): DrError => new DrError('NoTarget', 3, what, 'see: dr status')
  if (ids(step).length === 0) throw missing('no health check is named')
  const dns = await aws.dns()
  const one = async (id: string): Promise<HealthCheck> => {
    const found = await dns.check(id)
    if (!found) throw missing(`there is no health check ${id}`)
    return found
  }
  return Promise.all(ids(step).map(one))
}

/** `target`: `checks`, ids of health checks with commas. They are not inverted in normal times. */
export const dnsInvert: Action = {
  name: 'dns-invert',
  class: 'L2',
  calls: ['GetHealthCheck', 'UpdateHealthCheck'],
  describe: (step) => `UpdateHealthCheck Inverted=true for ${ids(step).join(', ')}, with the version seen`,
  observe: async (step, ground) => {
    const found = await checks(step, ground)
    // A disabled check always counts as healthy: turning it round says nothing about the endpoint.
    if (found.some(({ disabled }) => disabled)) return 'unknown'
    return found.some(({ inverted }) => inverted) ? 'injected' : 'normal'
  },
  inject: async (step, ground) => {
    const dns = await ground.aws.dns()
    for (const { id, version, inverted } of await checks(step, ground))
      if (!inverted) await dns.invert(id, true, version)
    return `${ids(step).join(', ')} count the other way round`
  },
  restore: async (step, ground) => {
    const dns = await ground.aws.dns()
    const turned = (await checks(step, ground)).filter(({ inverted }) => inverted)
    for (const { id } of turned) await dns.invert(id, false)
    if (turned.length === 0) return 'no health check was turned round, there was nothing to undo'
    return `${turned.map(({ id }) => id).join(', ')} count as they are again`
  },
}
