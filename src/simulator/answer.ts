// The contract between the middleware and the simulated services: a service is a table of answers by command name.
import type { Fault } from './faults.ts'
import type { Region } from '../lib/core/model.ts'
import type { Cloud } from './state.ts'

/** The cloud as it is now, and the faults that act on it. */
export interface Moment {
  cloud: Cloud
  faults: readonly Fault[]
}

/** One call of one client: everything due up to `now` has happened in `cloud`. */
export interface Call extends Moment {
  /** The region of the client. */
  region: Region
  /** Virtual ms; the same as `cloud.now`. */
  now: number
  /** The role in whose session the client calls; absent for the account's administrator. */
  role?: string
  /** When the call began, where it takes time and this is its end. */
  since?: number
}

/** In place of an output: the call takes until then (virtual ms), changed nothing yet, and is answered once more. */
export class Until {
  readonly from: number
  readonly at: number
  constructor(call: Call, at: number) {
    this.from = call.now
    this.at = at
  }
}

/**
 * Answers one command: checks the input first, then changes the cloud, then gives the output (without $metadata).
 * Throws the SDK's own exception where the service models the error, else a Refusal.
 * Synchronous, so that a call is one transaction.
 */
export type Answer = (input: never, call: Call) => unknown

/** Answers by command name as the SDK calls it, e.g. `CreateStackCommand`. */
export type Answers = Record<string, Answer>

/** An error that a service returns without modelling it, such as ValidationError or Throttling. */
export class Refusal extends Error {
  readonly $fault: 'client' | 'server'
  readonly $metadata: { httpStatusCode: number }
  /** @param name the error code on the wire, which is also what the SDK gives as `name` */
  constructor(name: string, message: string, status = 400) {
    super(message)
    this.name = name
    this.$fault = status < 500 ? 'client' : 'server'
    this.$metadata = { httpStatusCode: status }
  }
}
