// How a function answers CloudFormation as a custom resource: always, and in time, because a stack waits for it.
// Source: CloudFormation User Guide, "Custom resource request types" and "response objects".
import { setTimeout as sleep } from 'node:timers/promises'

/** What CloudFormation sends. Property values arrive as strings. */
export interface ResourceEvent {
  RequestType: 'Create' | 'Update' | 'Delete'
  ResponseURL: string
  StackId: string
  RequestId: string
  LogicalResourceId: string
  /** Absent when the resource is created. */
  PhysicalResourceId?: string
  ResourceProperties: Record<string, string>
}

export interface AnswerPorts {
  /** Sends the answer to its address, which is itself a secret; throws when it did not arrive. */
  send(address: string, body: string): Promise<void>
  /** Ends after that time, or rejects when the signal comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  report(what: string): void
}

/** How a resource of this type is named and what is done for it. */
export interface Resource {
  /** The same for the same thing: another name makes CloudFormation delete what the old one meant. */
  identify(properties: Record<string, string>): string
  work(event: ResourceEvent, remaining: () => number): Promise<void>
}

interface Context {
  getRemainingTimeInMillis(): number
}

/** The address is an upload to a bucket, signed for a request without a content type. */
export const ports: AnswerPorts = {
  send: async (address, body) => {
    const response = await fetch(address, {
      method: 'PUT',
      body: new TextEncoder().encode(body),
      signal: AbortSignal.timeout(patience),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The answer to CloudFormation was refused with ${response.status}.`)
  },
  sleep: async (milliseconds, signal) => sleep(Math.max(0, milliseconds), undefined, { signal }),
  report: (what) => {
    process.stdout.write(`${JSON.stringify({ what })}\n`)
  },
}

/** Time kept for the answer itself. */
const reserve = 10_000
const tries = 3
const pause = 1000
const patience = 2000

/**
 * Makes the handler of a custom resource. It answers SUCCESS or FAILED with the reason, FAILED also shortly before the
 * function's time is up.
 * @throws Error the answer did not arrive; Lambda then calls again with the same request
 */
export function makeResource(
  ports: AnswerPorts,
  resource: Resource,
): (event: ResourceEvent, context: Context) => Promise<void> {
  return async (event, context) => {
    const remaining = (): number => context.getRemainingTimeInMillis() - reserve
    const failure = await attempt(ports, resource, event, remaining)
    const { StackId, RequestId, LogicalResourceId } = event
    const PhysicalResourceId = physicalId(resource, event)
    const body = {
      Status: failure === undefined ? 'SUCCESS' : 'FAILED',
      // The whole answer may have 4,096 bytes.
      Reason: failure?.slice(0, 1000),
      PhysicalResourceId,
      StackId,
      RequestId,
      LogicalResourceId,
    }
    ports.report(`${event.RequestType} ${PhysicalResourceId}: ${failure ?? 'done'}`)
    await deliver(ports, event.ResponseURL, JSON.stringify(body))
  }
}

/** What went wrong, if something did. */
async function attempt(
  ports: AnswerPorts,
  resource: Resource,
  event: ResourceEvent,
  remaining: () => number,
): Promise<string | undefined> {
  const over = new AbortController()
  const late = async (): Promise<never> => {
    await ports.sleep(remaining(), over.signal)
    throw new Error('The function ran out of time.')
  }
  try {
    await Promise.race([resource.work(event, remaining), late()])
    return undefined
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } finally {
    over.abort()
  }
}

/** A deletion must answer with the id it was asked about. */
function physicalId(resource: Resource, event: ResourceEvent): string {
  if (event.RequestType === 'Delete' && event.PhysicalResourceId) return event.PhysicalResourceId
  return resource.identify(event.ResourceProperties)
}

async function deliver(ports: AnswerPorts, address: string, body: string): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await ports.send(address, body)
    } catch (error) {
      if (attempts === tries) throw error
      await ports.sleep(pause * attempts)
    }
  }
}
