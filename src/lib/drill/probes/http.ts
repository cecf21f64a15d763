// Asks an address of the system as its clients do, on a fresh connection each time.
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Outcome } from '../measure/history.ts'

const start = ({ target }: ProbePlan, ground: Ground): Probe => ({
  prepare: async () => undefined,
  attempt: async (_, signal): Promise<Outcome> => {
    const { host = '', path = '/ready' } = target
    const answer = await ground.https(host, path, signal)
    if (!answer) return 'unknown'
    return answer.status >= 200 && answer.status < 400 ? 'ok' : 'fail'
  },
  remove: async () => undefined,
})

/** `target`: `host`, and `path` unless it is `/ready`. Silence is unknown: once may be chance. */
export const http: ProbeKind = { name: 'http', timeout: 5_000, start }
