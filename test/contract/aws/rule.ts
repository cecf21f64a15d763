// What a contract is: one rule of AWS as data, one body that shows it through SDK clients, and what came of it.
import { isDeepStrictEqual } from 'node:util'
import type { World } from './world.ts'

/** One rule. Its words and values are written by hand from the sources, never from what the simulator answers. */
export interface Rule {
  /** `family/what`, as the ledger and SPEC.md name it. */
  id: string
  /** The rule as a sentence. */
  says: string
  /** Addresses where a reader finds it. */
  sources: readonly string[]
  /** The part that no source states: `[?]` in SPEC.md. */
  unsourced?: string
  /** What the body costs on a real account at most, in US dollars; nothing where it is left out. */
  usd?: number
  /** Shows the rule. Throws Broken or NotShown; what AWS refuses unexpectedly counts as broken. */
  body(world: World): Promise<void>
}

export type Outcome =
  | { outcome: 'held' }
  | { outcome: 'broken'; what: string; expected: string; seen: string }
  | { outcome: 'not shown'; because: string }

/** The endpoint answers otherwise than the rule says. */
export class Broken extends Error {
  readonly expected: unknown
  readonly seen: unknown
  constructor(what: string, expected: unknown, seen: unknown) {
    super(what)
    this.expected = expected
    this.seen = seen
  }
}

/** The endpoint could not show the rule: it lacks a call, or what the rule needs could not be made. */
export class NotShown extends Error {}

/** Throws Broken where the two differ. */
export function same(what: string, seen: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(seen, expected)) throw new Broken(what, expected, seen)
}

/** As much of an error of the SDK as a contract looks at. */
export interface Refusal {
  name: string
  message: string
}

interface ServiceError extends Refusal {
  $metadata?: { httpStatusCode?: number }
  $response?: { statusCode?: number }
  $fault?: 'client' | 'server'
  code?: string
  /** The call that it ended; target.ts writes it. */
  call?: string
}

/** Errors of services; others come from the network, from credentials, or from the contract itself. */
const isAnswer = (error: ServiceError): boolean => error.$fault !== undefined || statusOf(error) !== undefined

const statusOf = ({ $metadata, $response }: ServiceError): number | undefined =>
  $metadata?.httpStatusCode ?? $response?.statusCode

/** Codes by which endpoints say that they do not know a call. */
const unknownCall = /^(UnknownOperation(Exception)?|UnknownAction|InvalidAction|UnsupportedOperation|NotImplemented)$/

/** No answer at all: the network, or no credentials. */
const noAnswer = /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|TimeoutError|CredentialsProviderError|ExpiredToken)/

/** Why this error says nothing about a rule; undefined where it is an answer of the service. */
function silence(error: ServiceError): string | undefined {
  const status = statusOf(error)
  if (unknownCall.test(error.name) || status === 501) return `the endpoint lacks the call: ${worded(error)}`
  if (status !== undefined && status >= 500) return `the endpoint failed itself (${status}): ${worded(error)}`
  if (noAnswer.test(error.code ?? error.name)) return `no answer: ${worded(error)}`
  return undefined
}

const worded = ({ name, message }: Refusal): string => `${name}: ${message.split('\n')[0]}`

/** What AWS refuses a call with, or that it takes it. */
export async function refusal(call: Promise<unknown>): Promise<Refusal | 'accepted'> {
  try {
    await call
    return 'accepted'
  } catch (caught) {
    const error = caught as ServiceError
    if (silence(error) !== undefined || !isAnswer(error)) throw error
    return { name: error.name, message: error.message }
  }
}

/** Makes what a rule needs; a refusal there leaves the rule unshown, since it says nothing about the rule itself. */
export async function given<T>(what: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (caught) {
    const error = caught as ServiceError
    if (error instanceof NotShown) throw error
    if (silence(error) === undefined && !isAnswer(error)) throw error
    throw new NotShown(`${what} could not be prepared: ${worded(error)}`)
  }
}

/** What an error that ended a body says about its rule. Throws it again where it is a fault of the contract itself. */
export function outcomeOf(caught: unknown): Outcome {
  if (caught instanceof NotShown) return { outcome: 'not shown', because: caught.message }
  if (caught instanceof Broken) {
    const { message: what, expected, seen } = caught
    return { outcome: 'broken', what, expected: shown(expected), seen: shown(seen) }
  }
  const error = caught as ServiceError
  const because = silence(error)
  if (because !== undefined) return { outcome: 'not shown', because }
  if (!isAnswer(error)) throw caught
  return { outcome: 'broken', what: error.call ?? 'a call', expected: 'an answer', seen: worded(error) }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
