// CloudWatch: how alarms stand, and the metrics that tell how far a copy is behind.
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  paginateDescribeAlarms,
  type Statistic,
} from '@aws-sdk/client-cloudwatch'
import type { MakeClient } from './connect.ts'

/** `blind`: not enough data, which must not look like good data. */
type AlarmState = 'ok' | 'firing' | 'blind'

export interface Alarm {
  name: string
  state: AlarmState
  /** When it became so, ms. */
  since?: number
  reason?: string
}

/** A metric as CloudWatch names it. */
export interface Metric {
  namespace: string
  name: string
  dimensions: Record<string, string>
}

const states: Record<string, AlarmState> = { OK: 'ok', ALARM: 'firing' }

/** Alarms and metrics of one region. */
export class Alarms {
  private readonly client: CloudWatchClient
  constructor(make: MakeClient) {
    this.client = make(CloudWatchClient)
  }

  /** All alarms whose names begin so. */
  async startingWith(prefix: string): Promise<Alarm[]> {
    const found: Alarm[] = []
    const pages = paginateDescribeAlarms({ client: this.client }, { AlarmNamePrefix: prefix })
    for await (const { MetricAlarms = [] } of pages) found.push(...MetricAlarms.map(alarmOf))
    return found
  }

  /** These alarms; one that does not exist is not among them. At most 100. */
  async named(names: readonly string[]): Promise<Alarm[]> {
    if (names.length === 0) return []
    const input = { AlarmNames: [...names], MaxRecords: 100 }
    const { MetricAlarms = [] } = await this.client.send(new DescribeAlarmsCommand(input))
    return MetricAlarms.map(alarmOf)
  }

  /** The points of a metric from `from` to `to` (ms), oldest first; one per `period`, s. Throws where it could not look. */
  async points(
    { namespace, name, dimensions }: Metric,
    {
      from,
      to,
      period = 60,
      statistic = 'Maximum',
    }: { from: number; to: number; period?: number; statistic?: Statistic | `p${number}` },
  ): Promise<{ at: number; value: number }[]> {
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
    const Metric = { Namespace: namespace, MetricName: name, Dimensions }
    const input = {
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: period, Stat: statistic } }],
      StartTime: new Date(from),
      EndTime: new Date(to),
      ScanBy: 'TimestampAscending' as const,
    }
    const [found] = (await this.client.send(new GetMetricDataCommand(input))).MetricDataResults ?? []
    // "InternalError" and "Forbidden" come with 200 and no points (API reference, MetricDataResult).
    if (found?.StatusCode !== 'Complete')
      throw new Error(`CloudWatch could not tell ${name} (${found?.StatusCode ?? 'no answer'})`)
    return (found.Timestamps ?? []).map((at, index) => ({ at: at.getTime(), value: found.Values?.[index] ?? 0 }))
  }
}

function alarmOf(it: {
  AlarmName?: string | undefined
  StateValue?: string | undefined
  StateReason?: string | undefined
  StateUpdatedTimestamp?: Date | undefined
}): Alarm {
  return {
    name: it.AlarmName ?? '',
    state: states[it.StateValue ?? ''] ?? 'blind',
    ...(it.StateUpdatedTimestamp && { since: it.StateUpdatedTimestamp.getTime() }),
    ...(it.StateReason !== undefined && { reason: it.StateReason }),
  }
}
