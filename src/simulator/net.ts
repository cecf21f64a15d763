// The net around the simulated account: its APIs and name servers answer by the state of the cloud, at its time.
import type { Clock } from '../lib/core/clock.ts'
import type { Net } from '../lib/aws/net.ts'
import { advance } from './advance.ts'
import { ask } from './endpoints.ts'
import type { Fault } from './faults.ts'
import { answerName } from './data/health.ts'
import { all, texts } from './existing.ts'
import type { Cloud } from './state.ts'
import type { Store } from './store.ts'

/** How long one waits for a host that says nothing, virtual ms. */
const patience = 5_000

/** Asks like anybody on the net; asking changes nothing. */
export function simulatedNet(store: Store, clock: Clock, faults: readonly Fault[]): Net {
  const look = <T>(at: (cloud: Cloud) => T): T =>
    store.transact((cloud, keep) => {
      const happened = advance({ cloud, faults }, clock.now())
      if (happened > 0) keep(faults.length > 0 ? undefined : { at: cloud.now, region: 'global', due: true })
      return at(cloud)
    })
  const https: Net['https'] = async (host, path, signal) => {
    const answer = look((cloud) => ask({ cloud, faults }, host, path))
    if (answer) return { status: answer.statusCode, body: answer.body }
    await clock.sleep(patience, signal).catch(() => undefined)
    return undefined
  }
  return {
    https,
    // Whoever answers keeps the connection, however ill the answer: API Gateway and its like do not close it [?].
    pool: () => {
      const open = new Set<string>()
      return {
        ask: async (host, path, signal) => {
          const answer = await https(host, path, signal)
          if (answer) open.add(host)
          else open.delete(host)
          return answer
        },
        holds: (host) => open.has(host),
        end: () => open.clear(),
      }
    },
    // Name servers are everywhere: no region takes them away.
    resolve: async (name, nameServers) =>
      look((cloud) => {
        const zone = all(cloud, 'AWS::Route53::HostedZone').find(({ attributes }) =>
          texts(attributes.NameServers).some((server) => nameServers.includes(server)),
        )
        if (!zone) return undefined
        const found = answerName(cloud, zone.physicalId, name, 'CNAME')
        return found.length > 0 ? found : answerName(cloud, zone.physicalId, name, 'A')
      }),
  }
}
