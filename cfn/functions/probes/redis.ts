// A cache of the tests' own, where the machine can make certificates: TLS, users, and the few commands of the probe.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'

/** Whether the machine can make a certificate. */
export const isPossible = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Makes a key and a certificate of localhost. */
export function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'))
  const at = (name: string): string => join(folder, name)
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', at('key.pem')]
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...key, ...name, '-out', at('cert.pem')], {
    stdio: 'ignore',
  })
  const made = { key: readFileSync(at('key.pem'), 'utf8'), cert: readFileSync(at('cert.pem'), 'utf8') }
  rmSync(folder, { recursive: true })
  return made
}

/** What becomes of a command that writes a number. */
export type Fate = 'hangs' | 'cuts' | 'cuts after' | `-${string}`

export interface Node {
  port: number
  /** Fields of hashes by key. */
  hashes: Map<string, Map<string, string>>
  /** By number; what is not in here is written. */
  fates: Record<string, Fate>
  /** Names and passwords by which clients came. */
  logins: string[][]
  /** Another node that takes the writes. */
  moved?: number
  close(): void
}

/** Starts a node at localhost. */
export async function startNode(secrets: { key: string; cert: string }): Promise<Node> {
  const sockets = new Set<TLSSocket>()
  const node: Omit<Node, 'port' | 'close'> & Partial<Node> = { hashes: new Map(), fates: {}, logins: [] }
  const server = createServer(secrets, (socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      text += chunk.toString()
      for (let command = parsed(text); command; command = parsed(text)) {
        text = text.slice(command.length)
        const answer = answered(node as Node, command.words, socket)
        if (answer !== undefined) socket.write(`${answer}\r\n`)
      }
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve)
  })
  return Object.assign(node, {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
}

/** A command as clients send it: `*2\r\n$3\r\nGET\r\n$1\r\na\r\n`. */
function parsed(text: string): { words: string[]; length: number } | undefined {
  const parts = text.split('\r\n')
  const count = Number(parts[0]?.slice(1))
  const used = parts.slice(0, 1 + 2 * count)
  if (text === '' || parts.length <= 1 + 2 * count) return undefined
  return { words: used.filter((_, at) => at > 0 && at % 2 === 0), length: used.join('\r\n').length + 2 }
}

function answered(node: Node, [name = '', key = '', ...rest]: string[], socket: TLSSocket): string | undefined {
  if (name === 'AUTH') {
    node.logins.push([key, ...rest])
    return '+OK'
  }
  if (node.logins.length === 0) return '-NOAUTH Authentication required.'
  if (node.moved !== undefined) return `-MOVED 0 localhost:${node.moved}`
  const hash = node.hashes.get(key)
  const fields = [...(hash?.keys() ?? [])]
  switch (name) {
    case 'EXISTS':
      return hash ? ':1' : ':0'
    case 'EXPIRE':
      return ':1'
    case 'HKEYS':
      return [`*${fields.length}`, ...fields.flatMap((field) => [`$${field.length}`, field])].join('\r\n')
    case 'UNLINK':
      return node.hashes.delete(key) ? ':1' : ':0'
    case 'HSET': {
      const [field = '', value = ''] = rest
      const fate = node.fates[field.split(':')[1] ?? '']
      if (fate === 'cuts') socket.destroy()
      if (fate?.startsWith('-')) return fate
      if (fate === 'cuts' || fate === 'hangs') return undefined
      node.hashes.set(key, new Map([...(hash ?? []), [field, value]]))
      if (fate === 'cuts after') socket.destroy()
      return fate === undefined ? ':1' : undefined
    }
    default:
      return `-ERR unknown command '${name}'`
  }
}
