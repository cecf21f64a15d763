// The world outside of AWS's APIs, as clients of a system see it: its https addresses and its name servers.
import { Resolver, resolve4 } from 'node:dns/promises'
import { Agent, type AgentOptions, request } from 'node:https'
import type { Aws } from './connect.ts'

/** Asks https://host/path; undefined when nothing answered. */
type Ask = (host: string, path: string, signal: AbortSignal) => Promise<{ status: number; body: string } | undefined>

/** Connections that are kept and used again, as the HTTP clients of most programs do. */
export interface Pool {
  ask: Ask
  /** Whether a connection to that host is open, so that nobody asks where a name leads. */
  holds(host: string): boolean
  end(): void
}

export interface Net {
  /** On a connection of its own. */
  https: Ask
  pool(): Pool
  /**
   * What a zone's own name servers answer for a name now: host names, or addresses where it is an alias.
   * An empty list where there is no such name, undefined when none answered.
   */
  resolve(name: string, nameServers: readonly string[]): Promise<string[] | undefined>
}

/** ms without a word after which nothing answered. */
const patience = 5_000

/** More than any answer of ours has; what is longer was sent by something else. */
const longest = 65_536

function asking(agent: Agent | false): Ask {
  const ask: Ask = (host, path, signal) =>
    new Promise((resolve) => {
      const none = (): void => resolve(undefined)
      const options = { host, path, agent, timeout: patience, signal }
      const asked = request(options, (answer) => {
        const parts: Buffer[] = []
        let length = 0
        answer.on('data', (part: Buffer) => {
          length += part.length
          if (length <= longest) parts.push(part)
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }))
        answer.on('error', none)
      })
      asked.on('timeout', () => asked.destroy(new Error('no answer')))
      // A server may close a kept connection just when it is used, as it does now and then: every client asks again.
      // Source: https://nodejs.org/api/http.html#requestreusedsocket
      const isClosing = ({ code }: NodeJS.ErrnoException): boolean => asked.reusedSocket && code === 'ECONNRESET'
      asked.on('error', (error) => resolve(isClosing(error) ? ask(host, path, signal) : undefined))
      asked.end()
    })
  return ask
}

// A connection of its own: a kept one would not see that the name leads elsewhere by now.
const https = asking(false)

/** @param options beside what a pool is made of: a port, or authorities */
export function realPool(options: AgentOptions = {}): Pool {
  const agent = new Agent({ ...options, keepAlive: true })
  return {
    ask: asking(agent),
    // What a server has closed is not among them: the agent listens. It names them by host, port and settings of TLS.
    holds: (host) => Object.keys(agent.freeSockets).some((name) => name.startsWith(`${host}:`)),
    end: () => agent.destroy(),
  }
}

/** There is no such name, or it has no record of that type: an answer, unlike silence. */
const isNone = (error: unknown): boolean =>
  ['ENOTFOUND', 'ENODATA'].includes(String((error as { code?: unknown }).code))

/** Asks one name server, by its name or address; undefined when it did not answer. */
export async function askServer(server: string, name: string): Promise<string[] | undefined> {
  const isAddress = /^[\d.]+(:\d+)?$/.test(server)
  const addresses = isAddress ? [server] : await resolve4(server).catch((): string[] => [])
  if (addresses.length === 0) return undefined
  const resolver = new Resolver({ timeout: 2_000, tries: 1 })
  resolver.setServers(addresses)
  for (const ask of [() => resolver.resolveCname(name), () => resolver.resolve4(name)]) {
    try {
      return await ask()
    } catch (error) {
      if (!isNone(error)) return undefined
    }
  }
  return []
}

/**
 * The net as it is.
 * @param zone where no name server can be reached by UDP, Route 53 itself is asked what this zone answers
 */
export const realNet = (aws: Aws, zone?: string): Net => ({
  https,
  pool: () => realPool(),
  resolve: async (name, nameServers) => {
    for (const server of nameServers) {
      const found = await askServer(server, name)
      if (found) return found
    }
    if (zone === undefined) return undefined
    const dns = await aws.dns()
    return dns.answer(zone, name).catch(() => undefined)
  },
})
