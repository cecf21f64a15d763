// The health checks of an environment, each asked once however many facts rest on it: Route 53 answers five requests a
// second for a whole account.
import type { CheckStatus, Dns, HealthCheck } from '../aws/dns.ts'
import type { Aws } from '../aws/connect.ts'

/** Of the checkers, so many must find an endpoint well: more than 18 per cent (Route 53 developer guide). */
const enough = 0.18

/** What Route 53 says of health checks, kept for one look. */
export class Checks {
  /** On use: most systems have no name. */
  private readonly dns: () => Promise<Dns>
  private readonly known = new Map<string, Promise<HealthCheck | undefined>>()
  private readonly seen = new Map<string, Promise<CheckStatus>>()
  constructor(aws: Pick<Aws, 'dns'>) {
    this.dns = () => aws.dns()
  }

  /** A check; undefined where there is none of that id. */
  check(id: string): Promise<HealthCheck | undefined> {
    return kept(this.known, id, async () => (await this.dns()).check(id))
  }

  /** Whether it counts as healthy: what checkers saw, unless it is disabled, and turned round where it is inverted. */
  async isHealthy(id: string): Promise<boolean> {
    const check = await this.check(id)
    if (!check) throw new Error(`there is no health check ${id}`)
    if (check.disabled) return !check.inverted
    const { healthy, asked } = await kept(this.seen, id, async () => (await this.dns()).status(id))
    if (asked === 0) throw new Error(`no checker has reported on the health check ${id}`)
    return healthy / asked > enough !== check.inverted
  }
}

function kept<T>(all: Map<string, Promise<T>>, id: string, ask: () => Promise<T>): Promise<T> {
  const found = all.get(id) ?? ask()
  all.set(id, found)
  return found
}
