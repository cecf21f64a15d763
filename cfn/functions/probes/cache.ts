// The probe's sessions with a cache, with or without cluster mode: always over TLS with the server's certificate checked.
import { createClient, ErrorReply } from '@redis/client'
import type { Session, Store } from './handler.ts'
import { pools, type Ways } from './pool.ts'
import type { Connection, Row } from './window.ts'

export interface Place {
  host: string
  port: number
}

export interface CacheAccess extends Place {
  user: string
  /** Good for some minutes, so it is made for each connection. */
  password(): string
  /** Authorities beside those that the process knows, PEM. */
  ca?: string
}

type Client = ReturnType<typeof connection>

/**
 * One hash for each drill, one field for each number. What stands in braces decides the slot, which is 0 here: that one
 * lies on the first shard, unless somebody moved it.
 */
const keyOf = (drill: string): string => `dr-probe:{06S}:${drill}`
/** What a drill does not remove is gone after a day. */
const seconds = 86_400
const mark = 'prepared'

const connection = ({ host, port, user, password, ca }: CacheAccess, to: Place = { host, port }) =>
  createClient({
    RESP: 2,
    username: user,
    password: password(),
    // The nodes of a cache share one certificate for all names below the cache's own.
    socket: {
      ...to,
      tls: true,
      servername: host,
      connectTimeout: 4_000,
      socketTimeout: 10_000,
      reconnectStrategy: false,
      ...(ca && { ca }),
    },
    // Nothing is kept to be sent later: it would no longer be known whether it was sent.
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
  })

const destroy = (client: Client): void => {
  if (client.isOpen) client.destroy()
}

async function connected<T>(client: Client, signal: AbortSignal | undefined, look: () => Promise<T>): Promise<T> {
  // Told by the pending call as well; unheard, it would end the process.
  client.on('error', () => undefined)
  const cut = (): void => destroy(client)
  signal?.addEventListener('abort', cut)
  try {
    await client.connect()
    return await look()
  } catch (error) {
    destroy(client)
    throw error
  } finally {
    signal?.removeEventListener('abort', cut)
  }
}

/** In cluster mode any node may answer, and says where the key lies. */
const movedTo = (error: unknown, { host }: CacheAccess): Place | undefined => {
  const [, name = '', port] = (error instanceof ErrorReply && /^MOVED \d+ (.*):(\d+)$/.exec(error.message)) || []
  return port === undefined ? undefined : { host: name || host, port: Number(port) }
}

/** A connection to the node that takes writes of a drill. */
async function open(access: CacheAccess, drill: string, signal?: AbortSignal, at?: Place): Promise<Client> {
  signal?.throwIfAborted()
  const client = connection(access, at)
  try {
    await connected(client, signal, () => client.exists(keyOf(drill)))
    return client
  } catch (error) {
    const to = at ? undefined : movedTo(error, access)
    if (!to) throw error
    return open(access, drill, signal, to)
  }
}

const numbered = (fields: readonly string[], writer: string): number[] =>
  fields
    .filter((field) => field.startsWith(`${writer}:`))
    .map((field) => Number(field.slice(writer.length + 1)))
    .toSorted((a, b) => a - b)

/** The cache as a place of numbers. */
export function makeCache(access: CacheAccess): Store {
  const within = async <T>(
    drill: string | undefined,
    work: (client: Client, key: string) => Promise<T>,
  ): Promise<T> => {
    if (drill === undefined) throw new Error('In the cache each drill has a place of its own: name it.')
    const client = await open(access, drill)
    try {
      return await work(client, keyOf(drill))
    } finally {
      destroy(client)
    }
  }
  const session: Session = {
    prepare: (drill) =>
      within(drill, async (client, key) => {
        await client.hSet(key, mark, String(Date.now()))
        await client.expire(key, seconds)
      }),
    read: (drill, writer) => within(drill, async (client, key) => numbered(await client.hKeys(key), writer)),
    clean: (drill) =>
      within(drill, async (client, key) => {
        const fields = await client.hKeys(key)
        await client.unlink(key)
        return fields.filter((field) => field !== mark).length
      }),
  }
  const ways: Ways = {
    open: async (signal, { drill }) => new CacheConnection(await open(access, drill, signal)),
    // What the server answers as an error it has not done. A connection that is lost may have lost the answer only.
    isCertain: (error) => error instanceof ErrorReply,
  }
  return { inSession: (work) => work(session), ...pools(ways) }
}

class CacheConnection implements Connection {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  get isOpen(): boolean {
    return this.#client.isReady
  }

  async insert({ drill, writer, sequence, plannedAt }: Row): Promise<undefined> {
    await this.#client.hSet(keyOf(drill), `${writer}:${sequence}`, String(plannedAt))
  }

  destroy(): void {
    destroy(this.#client)
  }
}
