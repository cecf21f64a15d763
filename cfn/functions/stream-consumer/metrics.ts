// Counts what viewers do, as they do it: one line of CloudWatch's embedded metric format for each batch and action.
import type { BatchResponse, StreamEvent } from './handler.ts'

/** What a viewer's player reports; everything else in a record, such as who it was, is not looked at. */
interface View {
  action: string
  /** Milliseconds that the viewer waited for the picture, if it stood still. */
  bufferingMs?: number
}

/** Each action is a metric that costs; so that no client can make up more, the others count as one. */
const known = new Set(['play', 'pause', 'resume', 'seek', 'stop', 'buffer', 'error'])

export interface Names {
  system: string
  suffix: string
}

/** A metric of the embedded format: its unit, and one value or several. */
type Values = Record<string, { unit: 'Count' | 'Milliseconds'; value: number | number[] }>

/** The format takes up to 100 values of one metric in one line. */
const mostValues = 100

/**
 * Makes the handler of the stream. It never sends a batch back: a record that cannot be read now cannot be read
 * later either, so it is counted as malformed and left. Lambda may hand over a batch twice; counts are then too high.
 */
export function makeMeter(
  { system, suffix }: Names,
  print: (line: string) => void,
): (event: StreamEvent) => Promise<BatchResponse> {
  const line = (dimensions: Record<string, string>, values: Values, timestamp: number): void => {
    const all = { System: system, EnvironmentSuffix: suffix, ...dimensions }
    print(
      JSON.stringify({
        _aws: {
          Timestamp: timestamp,
          CloudWatchMetrics: [
            {
              Namespace: 'dr',
              Dimensions: [Object.keys(all)],
              Metrics: Object.entries(values).map(([Name, { unit }]) => ({ Name, Unit: unit })),
            },
          ],
        },
        ...all,
        ...Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value])),
      }),
    )
  }
  return async (event) => {
    const Records = event.Records.filter(({ kinesis }) => !isProbe(kinesis.data))
    if (Records.length === 0) return { batchItemFailures: [] }
    const arrived = Records.map(({ kinesis }) => Math.round(kinesis.approximateArrivalTimestamp * 1000))
    const views = Records.map(({ kinesis }) => read(kinesis.data))
    const good = views.filter((view) => view !== undefined)
    const newest = Math.max(...arrived)
    const malformed = views.length - good.length
    line({}, { Records: count(views.length), MalformedRecords: count(malformed) }, newest)
    for (const [action, times] of tally(good)) line({ Action: action }, { Views: count(times) }, newest)
    const waits = good.flatMap(({ bufferingMs }) => (bufferingMs === undefined ? [] : [bufferingMs]))
    for (let from = 0; from < waits.length; from += mostValues) {
      const value = waits.slice(from, from + mostValues)
      line({}, { Buffering: { unit: 'Milliseconds', value } }, newest)
    }
    return { batchItemFailures: [] }
  }
}

/** A record of a drill, which nobody viewed. */
const isProbe = (data: string): boolean => Buffer.from(data, 'base64').toString('utf8').startsWith('{"dr-probe":')

const count = (value: number): Values[string] => ({ unit: 'Count', value })

function tally(views: View[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { action } of views) {
    const name = known.has(action) ? action : 'other'
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** A record as JSON in base64; undefined where it is none. */
function read(data: string): View | undefined {
  try {
    const { action, bufferingMs } = JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as Record<string, unknown>
    if (typeof action !== 'string') return undefined
    const isTime = typeof bufferingMs === 'number' && Number.isFinite(bufferingMs) && bufferingMs >= 0
    return isTime ? { action, bufferingMs } : { action }
  } catch {
    return undefined
  }
}
