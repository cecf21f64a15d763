// The limits of one PutLogEvents call.

export interface LogEvent {
  /** Milliseconds since 1970. */
  timestamp: number
  message: string
}

// API reference of PutLogEvents: at most 10,000 events, 1,048,576 bytes with 26 more for each event, 24 hours.
const maximumEvents = 10_000
const maximumBytes = 1_048_576
const bytesPerEvent = 26
const maximumSpan = 24 * 60 * 60 * 1000

/** Sorts events by time and splits them into batches that one call accepts. */
export function inBatches(events: LogEvent[]): LogEvent[][] {
  const batches: LogEvent[][] = []
  let batch: LogEvent[] = []
  let bytes = 0
  for (const { timestamp, message } of events.toSorted((a, b) => a.timestamp - b.timestamp)) {
    const size = Buffer.byteLength(message) + bytesPerEvent
    const first = batch[0]?.timestamp ?? timestamp
    if (batch.length === maximumEvents || bytes + size > maximumBytes || timestamp - first >= maximumSpan) {
      if (batch.length > 0) batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push({ timestamp, message })
    bytes += size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
