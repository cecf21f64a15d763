// Asks an address of the system as its clients do: on a fresh connection each time, or on those of a pool.
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Pool } from '../../aws/net.ts'
import type { Outcome } from '../measure/history.ts'

class HttpProbe implements Probe {
  private readonly ground: Ground
  private readonly target: Record<string, string>
  private readonly pool: Pool | undefined
  /** What the name answered, as a resolver keeps it. */
  private kept: { host: string; until: number } | undefined

  constructor({ target, beside }: ProbePlan, ground: Ground) {
    this.target = target
    this.pool = beside === undefined ? undefined : ground.pool()
    this.ground = ground
  }

  async prepare(): Promise<void> {}

  async attempt(_: number, signal: AbortSignal): Promise<Outcome> {
    const host = this.target['host']?.replace('https://', '') ?? (await this.resolved())
    if (host === undefined) return 'unknown'
    const ask = this.pool?.ask ?? this.ground.https
    const answer = await ask(host, this.target['path'] ?? '/ready', signal)
    if (!answer) return 'unknown'
    return answer.status >= 200 && answer.status < 400 ? 'ok' : 'fail'
  }

  async remove(): Promise<void> {
    this.pool?.end()
  }

  /**
   * Where the name leads; asked again when its time to live is over, like any resolver does. Not while a pool has a
   * connection: it is used whatever the name says by now, and however ill the answers are.
   */
  private async resolved(): Promise<string | undefined> {
    const { name = '', nameServers = '', ttl = '0' } = this.target
    const now = this.ground.aws.clock.now()
    if (this.kept && (now < this.kept.until || this.pool?.holds(this.kept.host))) return this.kept.host
    const found = await this.ground.resolve(name, nameServers.split(','))
    const first = found?.[0]?.replace(/\.$/, '')
    if (first === undefined) return undefined
    // An alias answers with addresses: its own name is on the certificate.
    const host = /^[\d.]+$/.test(first) ? name : first
    this.kept = { host, until: now + Number(ttl) * 1000 }
    return host
  }
}

/**
 * `target`: `host` (or its https address), or `name`, `nameServers` (with commas) and `ttl`, s, to go where the name leads; and `path` unless it
 * is `/ready`. Silence is unknown: once may be chance.
 */
export const http: ProbeKind = {
  name: 'http',
  timeout: 5_000,
  pools: true,
  start: (plan, ground) => new HttpProbe(plan, ground),
}
