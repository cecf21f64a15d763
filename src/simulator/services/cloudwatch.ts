// CloudWatch: alarms judge the simulated metrics whenever they are asked how they stand.
import type { DescribeAlarmsCommandInput, GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch'

import { type Answers, type Call, type Moment, Refusal } from '../answer.ts'
import { measure, type Query } from '../data/metrics.ts'
import { all, list, text } from '../existing.ts'
import type { Resource } from '../state.ts'
import { page } from './pages.ts'

type Judged = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

const dimensions = (given: unknown): Record<string, string> =>
  Object.fromEntries(list(given).map(({ Name, Value }) => [text(Name), text(Value)]))

const compare: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
}

/** What an alarm makes of periods without data. */
const missing: Record<string, Judged> = { breaching: 'ALARM', notBreaching: 'OK' }

/** How an alarm stands: what a test set, else its last periods, all of which (or DatapointsToAlarm) must breach. */
function judge(moment: Moment, alarm: Resource, now: number): Judged {
  if (alarm.state?.value !== undefined) return text(alarm.state.value) as Judged
  const it = alarm.properties
  // Alarms over expressions watch what is idle here.
  if (it.MetricName === undefined) return 'OK'
  const query: Query = {
    region: alarm.region,
    namespace: text(it.Namespace),
    name: text(it.MetricName),
    dimensions: dimensions(it.Dimensions),
  }
  const period = Number(it.Period ?? 60) * 1000
  const periods = Number(it.EvaluationPeriods ?? 1)
  const times = Array.from({ length: periods }, (_, index) => now - index * period)
  const values = times.map((at) => measure(moment, query, at)).filter((value) => value !== undefined)
  if (values.length === 0) return missing[text(it.TreatMissingData)] ?? 'INSUFFICIENT_DATA'
  const breaks = compare[text(it.ComparisonOperator)]
  const breaching = values.filter((value) => breaks?.(value, Number(it.Threshold))).length
  return breaching >= Number(it.DatapointsToAlarm ?? periods) ? 'ALARM' : 'OK'
}

const minute = 60_000

/** By name, over the minutes of a period. Throws what CloudWatch says of a name that it does not have. */
function statisticOf(name = 'Average'): (values: number[]) => number {
  const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0)
  const share = /^p(\d{1,2}(\.\d+)?|100)$/.exec(name)?.[1]
  if (share !== undefined) {
    const rank = (values: number[]): number => Math.max(0, Math.ceil((Number(share) / 100) * values.length) - 1)
    return (values) => values.toSorted((a, b) => a - b)[rank(values)] ?? 0
  }
  const known: Record<string, (values: number[]) => number> = {
    Average: (values) => sum(values) / values.length,
    Maximum: (values) => Math.max(...values),
    Minimum: (values) => Math.min(...values),
    Sum: sum,
    SampleCount: (values) => values.length,
  }
  const found = known[name]
  if (!found) throw invalid(`The value ${name} for parameter Stat is not supported.`)
  return found
}

const invalid = (message: string): Refusal => new Refusal('ValidationError', message)

/** CloudWatch, by command. */
export const answers: Answers = {
  DescribeAlarmsCommand: (input: DescribeAlarmsCommandInput, call: Call) => {
    const { cloud, region, now } = call
    const { AlarmNames, AlarmNamePrefix = '', StateValue, MaxRecords = 50, NextToken } = input
    if (AlarmNames && AlarmNamePrefix) throw invalid('AlarmNames and AlarmNamePrefix cannot be given together.')
    if ((AlarmNames?.length ?? 0) > 100 || MaxRecords > 100) throw invalid('No more than 100 alarms at a time.')
    const found = all(cloud, 'AWS::CloudWatch::Alarm', region)
      .filter(({ physicalId }) => (AlarmNames?.includes(physicalId) ?? true) && physicalId.startsWith(AlarmNamePrefix))
      .toSorted((a, b) => (a.physicalId < b.physicalId ? -1 : 1))
      .map((alarm) => ({
        AlarmName: alarm.physicalId,
        AlarmArn: text(alarm.attributes.Arn),
        StateValue: judge(call, alarm, now),
        StateReason: text(alarm.properties.AlarmDescription),
        MetricName: alarm.properties.MetricName,
        Namespace: alarm.properties.Namespace,
      }))
      .filter((alarm) => StateValue === undefined || alarm.StateValue === StateValue)
    const { items, next } = page(found, MaxRecords, NextToken)
    return { MetricAlarms: items, CompositeAlarms: [], ...(next !== undefined && { NextToken: next }) }
  },
  // A minute is published when it is over, a longer period with the minutes that it has.
  GetMetricDataCommand: (input: GetMetricDataCommandInput, call: Call) => {
    const { region, now } = call
    const { MetricDataQueries = [], StartTime, EndTime, ScanBy } = input
    const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat }) => {
      const { Namespace = '', MetricName = '', Dimensions } = MetricStat?.Metric ?? {}
      const query: Query = { region, namespace: Namespace, name: MetricName, dimensions: dimensions(Dimensions) }
      const period = (MetricStat?.Period ?? 60) * 1000
      const points: { at: number; value: number }[] = []
      const end = Math.min(EndTime?.getTime() ?? now, now)
      const statistic = statisticOf(MetricStat?.Stat)
      for (let at = Math.ceil((StartTime?.getTime() ?? 0) / period) * period; at + minute <= end; at += period) {
        const minutes = Array.from({ length: period / minute }, (_, index) => at + (index + 1) * minute)
        const values = minutes.flatMap((to) => (to <= end ? (measure(call, query, to) ?? []) : []))
        if (values.length > 0) points.push({ at, value: statistic(values) })
      }
      if (ScanBy !== 'TimestampAscending') points.reverse()
      const Timestamps = points.map(({ at }) => new Date(at))
      return { Id, Label: MetricName, Timestamps, Values: points.map(({ value }) => value), StatusCode: 'Complete' }
    })
    return { MetricDataResults }
  },
}
