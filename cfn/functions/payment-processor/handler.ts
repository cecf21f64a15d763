// Decides what to answer; database, sessions and events are left to the ports, so the rules can be tested without AWS.
import { createHash } from 'node:crypto'
import { answer, parseBody, type HttpRequest, type HttpResponse } from '../http.ts'

/** What the database holds of a payment. `digest` tells a repeated request from another one under the same id. */
export interface Payment {
  id: string
  digest: string
  /** In the smallest unit of the currency, such as cents. */
  amount: number
  currency: string
  acceptedAt: string
  acceptedIn: string
}

/** What the table of sessions holds; it removes the item once `expiresAt`, in seconds, has passed. */
export interface PaymentSession {
  id: string
  paymentId: string
  updatedAt: string
  updatedIn: string
  expiresAt: number
}

export interface Ports {
  region: string
  now(): Date
  /** Commits the payment unless its id is taken; answers the digest of the one that holds the id, if any. */
  commit(payment: Payment): Promise<string | undefined>
  /** Commits one row of this region; a database that only follows another region refuses it. */
  beat(at: string): Promise<void>
  keepSession(session: PaymentSession): Promise<void>
  /** Puts the event on the bus of this region; critical ones are copied to the other. */
  announce(payment: Payment): Promise<void>
  report(what: string, error: unknown): void
}

const word = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const sessionSeconds = 24 * 60 * 60

/** Makes the handler of the HTTP API. It answers 503 when a store fails and never throws for that. */
export function makeHandler(ports: Ports): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const { method, path } = request.requestContext.http
    const route = `${method} ${path}`
    if (route === 'GET /health') return answer(200, { alive: true, region: ports.region })
    if (route === 'GET /ready') return ready(ports)
    if (route === 'POST /payments') return accept(ports, request)
    return answer(404, { error: `There is no ${route}.` })
  }
}

async function ready(ports: Ports): Promise<HttpResponse> {
  try {
    await ports.beat(ports.now().toISOString())
    return answer(200, { ready: true, region: ports.region })
  } catch (error) {
    ports.report('heartbeat refused', error)
    return answer(503, { ready: false, region: ports.region })
  }
}

async function accept(ports: Ports, request: HttpRequest): Promise<HttpResponse> {
  const order = read(parseBody(request))
  if (typeof order === 'string') return answer(400, { error: order })
  const { id, amount, currency, session } = order
  const at = ports.now()
  const digest = createHash('sha256')
    .update(JSON.stringify([id, amount, currency]))
    .digest('hex')
  const payment = { id, digest, amount, currency, acceptedAt: at.toISOString(), acceptedIn: ports.region }
  try {
    // The database first: it alone decides whether there is a payment. What follows may be done again.
    const held = await ports.commit(payment)
    if (held !== undefined && held !== digest) return answer(409, { error: `Another payment holds the id ${id}.` })
    await ports.keepSession({
      id: session,
      paymentId: id,
      updatedAt: payment.acceptedAt,
      updatedIn: ports.region,
      expiresAt: Math.floor(at.getTime() / 1000) + sessionSeconds,
    })
    await ports.announce(payment)
    return answer(held === undefined ? 201 : 200, { id, accepted: true, region: ports.region })
  } catch (error) {
    ports.report('payment refused', error)
    return answer(503, { error: 'The payment could not be completed. Send it again with the same id.' })
  }
}

interface Order {
  id: string
  amount: number
  currency: string
  session: string
}

/** The order in a body, or what is wrong with it. A payment without a session of its own is one. */
function read(body: Record<string, unknown> | undefined): Order | string {
  if (!body) return 'The body must be a JSON object.'
  const { id, amount, currency, session = id } = body
  if (typeof id !== 'string' || !word.test(id)) return `id must be ${form}.`
  if (typeof session !== 'string' || !word.test(session)) return `session must be ${form}.`
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount <= 0)
    return 'amount must be a whole number above 0, in the smallest unit of the currency.'
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return 'currency must be three capital letters.'
  return { id, amount, currency, session }
}

const form = '1 to 64 letters, digits, _ or -, and start with a letter or digit'
