// Unpacks what a subscription of CloudWatch Logs delivers and sorts it into one file per day.
import { gunzipSync } from 'node:zlib'

/** `data` is base64 of gzip of JSON. */
export interface LogsEvent {
  awslogs: { data: string }
}

/** A line of an archive file, and the id by which CloudWatch Logs knows its event. */
export interface Line {
  id: string
  text: string
}

export interface Appended {
  file: string
  written: number
  /** Events that the file held already: a delivery is repeated when its answer got lost. */
  duplicates: number
}

export interface Ports {
  /** Appends the lines that the file does not hold yet, all or none as seen by later calls. */
  append(file: string, lines: Line[]): Promise<Appended>
  report(what: Record<string, unknown>): void
}

interface Subscription {
  messageType: string
  logGroup: string
  logStream: string
  logEvents: { id: string; timestamp: number; message: string }[]
}

/**
 * Makes the handler of the subscription.
 * @throws Error an event that is no delivery, or a file that cannot be written; Lambda then delivers again
 */
export function makeHandler(ports: Ports): (event: LogsEvent) => Promise<Appended[]> {
  return async (event) => {
    const text = gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString('utf8')
    const { messageType, logGroup, logStream, logEvents } = JSON.parse(text) as Subscription
    // A control message only tests whether the function can be reached.
    if (messageType !== 'DATA_MESSAGE') return []
    const done: Appended[] = []
    for (const [file, lines] of byDay(logStream, logEvents)) done.push(await ports.append(file, lines))
    ports.report({ logGroup, logStream, done })
    return done
  }
}

/** Files named after the day of the event in UTC. A message of several lines stays one line of JSON. */
function byDay(stream: string, events: Subscription['logEvents']): Map<string, Line[]> {
  const days = new Map<string, Line[]>()
  for (const { id, timestamp, message } of events) {
    const time = new Date(timestamp).toISOString()
    const file = `${time.slice(0, 10)}.jsonl`
    const lines = days.get(file) ?? []
    lines.push({ id, text: JSON.stringify({ id, time, stream, message }) })
    days.set(file, lines)
  }
  return days
}
