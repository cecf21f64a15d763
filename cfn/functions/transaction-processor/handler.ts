// Decides what to answer; storing is left to the ports, so the rules can be tested without AWS.
import { createHash } from 'node:crypto'
import { answer, parseBody, type HttpRequest, type HttpResponse } from '../http.ts'

/** What the table holds of a transaction. `digest` tells a repeated request from another one under the same id. */
export interface Transaction {
  id: string
  digest: string
  documentKey: string
  acceptedAt: string
  acceptedIn: string
}

export interface Ports {
  region: string
  role: string
  now(): Date
  /** Stores a document; storing the same one again is harmless. */
  putDocument(key: string, body: string): Promise<void>
  /** Stores the transaction unless its id is taken; answers the digest of the one that holds the id, if any. */
  commit(transaction: Transaction): Promise<string | undefined>
  /** Overwrites one item of this region, which proves that the table accepts a commit. */
  beat(id: string, at: string): Promise<void>
  report(what: string, error: unknown): void
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

/** Makes the handler of the HTTP API. It answers 503 when a store fails and never throws for that. */
export function makeHandler(ports: Ports): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const { method, path } = request.requestContext.http
    const route = `${method} ${path}`
    if (route === 'GET /health') return answer(200, { alive: true, region: ports.region, role: ports.role })
    if (route === 'GET /ready') return ready(ports)
    if (route === 'POST /transactions') return accept(ports, request)
    return answer(404, { error: `There is no ${route}.` })
  }
}

async function ready(ports: Ports): Promise<HttpResponse> {
  try {
    await ports.beat(`heartbeat#${ports.region}`, ports.now().toISOString())
    return answer(200, { ready: true, region: ports.region, role: ports.role })
  } catch (error) {
    ports.report('heartbeat refused', error)
    return answer(503, { ready: false, region: ports.region, role: ports.role })
  }
}

async function accept(ports: Ports, request: HttpRequest): Promise<HttpResponse> {
  const document = parseBody(request)
  if (!document) return answer(400, { error: 'The body must be a JSON object.' })
  const { id } = document
  if (typeof id !== 'string' || !idPattern.test(id)) {
    return answer(400, { error: 'id must be 1 to 64 letters, digits, _ or -, and start with a letter or digit.' })
  }

  const body = JSON.stringify(document)
  const digest = createHash('sha256').update(body).digest('hex')
  const transaction: Transaction = {
    id,
    digest,
    // The digest in the key keeps a conflicting request from replacing an accepted document.
    documentKey: `transactions/${id}/${digest}.json`,
    acceptedAt: ports.now().toISOString(),
    acceptedIn: ports.region,
  }
  try {
    // The document first: an accepted transaction never lacks its document.
    await ports.putDocument(transaction.documentKey, body)
    const held = await ports.commit(transaction)
    if (held === undefined) return answer(201, { id, accepted: true, region: ports.region })
    if (held === digest) return answer(200, { id, accepted: true, region: ports.region })
    return answer(409, { error: `Another transaction holds the id ${id}.` })
  } catch (error) {
    ports.report('transaction refused', error)
    return answer(503, { error: 'The transaction could not be stored. Send it again with the same id.' })
  }
}
