// Unpacks what a subscription of CloudWatch Logs put on a stream and hands it to the archive.
import { gunzipSync } from 'node:zlib'
import { inBatches } from './batches.ts'
import type { LogEvent } from './batches.ts'

/** The parts of a Kinesis event that count here; `data` is base64, here of gzip of JSON. */
export interface StreamEvent {
  /** When a record came to the stream, in seconds since 1970. */
  Records: { kinesis: { sequenceNumber: string; data: string; approximateArrivalTimestamp: number } }[]
}

export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[]
}

export interface Ports {
  /** Appends events in order of time to one stream of the archive, which it makes if it is missing. */
  append(logStream: string, events: LogEvent[]): Promise<void>
  report(what: string, error: unknown): void
}

interface Subscription {
  messageType: string
  logGroup: string
  logStream: string
  logEvents: LogEvent[]
}

/**
 * Makes the handler of the stream. It stops at the first record it cannot archive and names it:
 * Lambda then reads again from there, so order is kept and nothing is skipped. Events may be archived twice.
 */
export function makeHandler(ports: Ports): (event: StreamEvent) => Promise<BatchResponse> {
  return async (event) => {
    for (const { kinesis } of event.Records) {
      try {
        await archive(ports, kinesis.data)
      } catch (error) {
        ports.report(`record ${kinesis.sequenceNumber} not archived`, error)
        return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] }
      }
    }
    return { batchItemFailures: [] }
  }
}

async function archive(ports: Ports, data: string): Promise<void> {
  const text = gunzipSync(Buffer.from(data, 'base64')).toString('utf8')
  const subscription = JSON.parse(text) as Subscription
  // A control message only tests whether the destination can be reached.
  if (subscription.messageType !== 'DATA_MESSAGE') return
  const stream = `${subscription.logGroup}/${subscription.logStream}`
  for (const batch of inBatches(subscription.logEvents)) await ports.append(stream, batch)
}
