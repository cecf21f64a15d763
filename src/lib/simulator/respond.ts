// One call from a client: faults first, then time, then the answer of the service, all in one transaction.
import type { Clock } from '../clock.ts'
import { advance } from './advance.ts'
import { Refusal, type Call } from './answer.ts'
import { strike, type Fault, type Occasion } from './faults.ts'
import type { Respond } from './middleware.ts'
import { answers } from './services/index.ts'
import type { Store } from './store.ts'

const reading = /^(Describe|List|Get|Head)/

/** How long a client waits for a region that does not answer, virtual ms. */
const patience = 10_000

/** An answer, or what is thrown instead; a hang is waited for outside the transaction. */
type Outcome = { output: unknown } | { error: unknown; hangs?: boolean }

/** Answers commands from the cloud in `store`, at the time of `clock`. */
export function responder(store: Store, clock: Clock, faults: readonly Fault[]): Respond {
  const remember = memory()
  return async (name, input, region) => {
    const outcome = store.transact((cloud, keep): Outcome => {
      const happened = advance({ cloud, faults }, clock.now())
      // Faults count their occasions; without any, a read of a cloud in which nothing was due changes nothing.
      if (happened > 0 || faults.length > 0 || !reading.test(name)) keep()
      const call: Call = { cloud, faults, region, now: cloud.now }
      const occasion = { command: name.replace(/Command$/, ''), region }
      const broken = breakage(call, occasion)
      if (broken) return broken
      const stale = strike(call, 'stale', occasion)
      const outcome = stale ? remember(name, input, call, stale.seconds) : answer(name, input, call)
      return strike(call, 'lost-answer', occasion) ? { error: reset() } : outcome
    })
    if ('output' in outcome) return outcome.output
    if (outcome.hangs) await clock.sleep(patience)
    throw outcome.error
  }
}

function answer(name: string, input: unknown, call: Call): Outcome {
  const known = answers[name]
  if (!known) return { error: new Refusal('UnknownOperation', `the simulator does not know the command ${name}`, 501) }
  try {
    return { output: known(input as never, call) }
  } catch (error) {
    // What a service refuses is an answer, and the transaction holds. Anything else is a fault of the simulator.
    if (typeof error === 'object' && error !== null && '$fault' in error) return { error }
    throw error
  }
}

/** Answers a question with what was answered before, while that is younger than the fault allows. */
function memory(): (name: string, input: unknown, call: Call, seconds: number) => Outcome {
  const earlier = new Map<string, { at: number; outcome: Outcome }>()
  return (name, input, call, seconds) => {
    const question = `${call.region} ${name} ${JSON.stringify(input)}`
    const before = earlier.get(question)
    if (before && call.now - before.at < seconds * 1000) return before.outcome
    const outcome = answer(name, input, call)
    earlier.set(question, { at: call.now, outcome })
    return outcome
  }
}

/** What keeps the call from reaching its service. Names and texts are those that the SDK's retry layer knows. */
function breakage(call: Call, occasion: Occasion): Outcome | undefined {
  if (strike(call, 'no-credentials', occasion)) {
    return { error: named('CredentialsProviderError', 'Could not load credentials from any providers') }
  }
  if (strike(call, 'region-gone', occasion)) {
    return { error: named('TimeoutError', 'Connection timed out'), hangs: true }
  }
  if (strike(call, 'reset', occasion)) return { error: reset() }
  if (strike(call, 'expired-credentials', occasion)) {
    return { error: new Refusal('ExpiredToken', 'The security token included in the request is expired', 403) }
  }
  if (strike(call, 'region-not-enabled', occasion)) {
    const name = occasion.command === 'GetCallerIdentity' ? 'InvalidClientTokenId' : 'UnrecognizedClientException'
    return { error: new Refusal(name, 'The security token included in the request is invalid.', 403) }
  }
  if (strike(call, 'throttle', occasion)) return { error: new Refusal('Throttling', 'Rate exceeded') }
  if (strike(call, 'server-error', occasion)) {
    return { error: new Refusal('InternalFailure', 'We encountered an internal error. Please try again.', 500) }
  }
  if (strike(call, 'denied', occasion)) {
    const action = occasion.command ?? ''
    return { error: new Refusal('AccessDenied', `User is not authorized to perform: ${action}`, 403) }
  }
  return undefined
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })

const reset = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
