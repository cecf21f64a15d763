// One call from a client: faults first, then time, then the answer of the service, all in one transaction.
import { isReading } from '../lib/aws/calls.ts'
import type { Clock } from '../lib/core/clock.ts'
import { advance } from './advance.ts'
import { Refusal, Until, type Call } from './answer.ts'
import { strike, type Fault, type Occasion } from './faults.ts'
import { watch } from './data/health.ts'
import type { Entry } from './log.ts'
import type { Respond } from './middleware.ts'
import { unresolved } from './regions.ts'
import { answers } from './services/index.ts'
import type { Cloud } from './state.ts'
import type { Store } from './store.ts'

/**
 * Many small writes, kept as calls: what follows from the cloud, the time and the input alone can be done again.
 * A service whose answers are in here must not look at anything else, dice and the wall clock least of all.
 */
const small =
  /^(ExecuteStatement|Invoke|PutItem|UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems|UpdateSchedule|PutObject|DeleteObjects?|PutEvents|PutRecords?|SendMessage|ReceiveMessage|DeleteMessage(Batch)?)$/

/** What is called, without its client and suffix. */
const commandOf = (name: string): string => name.replace(/^.* |Command$/g, '')

/** How long a client waits for a region that does not answer, unless it says otherwise, virtual ms. */
const usualPatience = 10_000

/** An answer, or what is thrown instead; a hang is waited for outside the transaction. */
type Outcome = { output: unknown } | { error: unknown; hangs?: boolean }

/** Answers commands from the cloud in `store`, at the time of `clock`. */
export function responder(store: Store, clock: Clock, faults: readonly Fault[]): Respond {
  const remember = memory()
  const respond = (
    name: string,
    input: unknown,
    region: string,
    client?: string,
    role?: string,
    since?: number,
  ): Outcome | Until =>
    store.transact((cloud, keep) => {
      const happened = advance({ cloud, faults }, clock.now())
      const began = since !== undefined && { since }
      const call: Call = { cloud, faults, region, now: cloud.now, ...(role && { role }), ...began }
      const command = commandOf(name)
      const occasion = { command, region }
      const broken = since === undefined ? breakage(call, occasion, client) : undefined
      const stale = broken ? undefined : strike(call, 'stale', occasion)
      const outcome = broken ?? (stale ? remember(name, input, call, stale.seconds) : answer(name, input, call))
      const isOver = !(outcome instanceof Until)
      const isLost = isOver && !broken && strike(call, 'lost-answer', occasion) !== undefined
      // Faults count their occasions; without any, a read of a cloud in which nothing was due changes nothing.
      const tally = faults.length > 0 ? { faults: structuredClone(cloud.faults) } : undefined
      const did = isOver && !broken && !isReading(command)
      const isLarge = did && !small.test(command)
      const turned = (isLarge || happened > 0 || faults.length > 0) && watch(call) > 0
      // What comes due follows from cloud and time too, unless faults of this process alone had a part in it.
      const due = happened > 0 && faults.length === 0
      const asked = did && { name, input, ...began }
      if (isLarge || turned || (happened > 0 && !due)) keep()
      else if (did || due) keep({ at: cloud.now, region, ...(due && { due }), ...asked, ...tally })
      else if (tally) keep({ at: cloud.now, region, ...tally })
      return isLost ? { error: reset() } : outcome
    })
  return async (command, input, region, client, patience = usualPatience, role) => {
    // Few names mean something else in another service: those stand in the table with their client in front.
    const name = `${client} ${command}` in answers ? `${client} ${command}` : command
    let since: number | undefined
    let outcome = respond(name, input, region, client, role)
    while (outcome instanceof Until) {
      since ??= outcome.from
      await clock.sleep(Math.max(0, outcome.at - clock.now()))
      outcome = respond(name, input, region, client, role, since)
    }
    if ('output' in outcome) return outcome.output
    if (outcome.hangs) await clock.sleep(patience)
    throw outcome.error
  }
}

/** Does a call again that was kept as itself; it was answered before, so nobody is told what it gives. */
export function redo(cloud: Cloud, { at, region, due, name, input, since, faults }: Entry): void {
  if (due) advance({ cloud, faults: [] }, at)
  cloud.now = Math.max(cloud.now, at)
  if (name) answer(name, input, { cloud, faults: [], region, now: cloud.now, ...(since !== undefined && { since }) })
  if (faults) cloud.faults = faults
}

function answer(name: string, input: unknown, call: Call): Outcome | Until {
  const known = answers[name]
  if (!known) return { error: new Refusal('UnknownOperation', `the simulator does not know the command ${name}`, 501) }
  try {
    const output = known(input as never, call)
    return output instanceof Until ? output : { output }
  } catch (error) {
    // What a service refuses is an answer, and the transaction holds. Anything else is a fault of the simulator.
    if (typeof error === 'object' && error !== null && '$fault' in error) return { error }
    throw error
  }
}

/** Answers a question with what was answered before, while that is younger than the fault allows. */
function memory(): (name: string, input: unknown, call: Call, seconds: number) => Outcome | Until {
  const earlier = new Map<string, { at: number; outcome: Outcome | Until }>()
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
function breakage(call: Call, occasion: Occasion, client = ''): Outcome | undefined {
  const nowhere = unresolved(call.cloud, call.region, client)
  if (nowhere) return { error: nowhere }
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
