// Asks a zone's own name servers for the system's name: it is well while it answers with a host that is wanted now.
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Outcome } from '../measure/history.ts'

const start = ({ target }: ProbePlan, ground: Ground): Probe => ({
  prepare: async () => undefined,
  attempt: async (): Promise<Outcome> => {
    const { name = '', nameServers = '', expect = '' } = target
    const found = await ground.resolve(name, nameServers.split(','))
    if (!found) return 'unknown'
    const wanted = expect.split(',')
    return found.some((host) => wanted.includes(host.replace(/\.$/, ''))) ? 'ok' : 'fail'
  },
  remove: async () => undefined,
})

/**
 * `target`: `name`; `nameServers` with commas; `expect`, the hosts that are right, with commas: the survivor's alone
 * measures when the name has moved.
 */
export const dns: ProbeKind = { name: 'dns', timeout: 5_000, start }
