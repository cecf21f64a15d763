// Events on buses: rules send them on to other buses and into log groups. Each line of a log is kept with the times of
// its way, so that what a region holds at a moment, and what would be lost with the other, can be worked out.
import type { Region } from '../../lib/core/model.ts'
import type { Moment } from '../answer.ts'
import { goneSince } from '../endpoints.ts'
import { all, existing, list, record, text } from '../existing.ts'
import type { Properties } from '../resources/kind.ts'
import { parseArn } from '../identifiers.ts'
import { account, type Cloud, type Resource } from '../state.ts'
import { acts } from '../rights/acts.ts'
import { lacking } from '../rights/row.ts'

/** An event as rules see it. */
export interface BusEvent {
  id: string
  source: string
  'detail-type': string
  account: string
  /** Where it was put first; a copy keeps it. */
  region: Region
  time: string
  resources: string[]
  detail: Record<string, unknown>
}

/** One line of a log group. */
export interface LogLine {
  /** When it lies there, virtual ms. */
  at: number
  message: string
  /** Where the event was put, when it left there, virtual ms: what had not left by the end of a region is kept back. */
  from: Region
  left: number
}

/** Lines by region and name of their group, oldest put first. */
export type LogLines = Record<string, LogLine[]>

/** ms from a bus to a log group of its region, and to another region's bus unless `state.lag` of the bus says so. */
const toLog = 500
const toPeer = 1_500

/** EventBridge tries again and again when a rule first matched, at most so deep here. */
const deepest = 3

export const busIn = (cloud: Cloud, region: Region, name: string): Resource | undefined =>
  existing(cloud, region, 'AWS::Events::EventBus', name)

/** ms from this bus to one of another region. */
export const lagOf = ({ state }: Resource): number => Number(state?.lag ?? toPeer)

const matches = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) {
    if (pattern.some((one) => typeof one === 'object' && one !== null))
      throw new Error('the simulated EventBridge matches whole values alone')
    return [value].flat().some((one) => pattern.map(String).includes(String(one)))
  }
  const own = (value ?? {}) as Record<string, unknown>
  return Object.entries((pattern ?? {}) as Record<string, unknown>).every(([key, inner]) => matches(inner, own[key]))
}

/** A policy of the region lets EventBridge write to that group; without one it fails where nobody sees it. */
function mayWrite(cloud: Cloud, region: Region, group: string): boolean {
  const arn = `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:any`
  return all(cloud, 'AWS::Logs::ResourcePolicy', region).some(({ properties }) => {
    const { Statement } = JSON.parse(text(properties.PolicyDocument) || '{}') as { Statement?: Properties[] }
    return list(Statement).some((one) => {
      const services = new Set([record(one.Principal).Service].flat())
      const resources = [one.Resource].flat().map((it) => new RegExp(`^${text(it).replaceAll('*', '.*')}$`))
      const both = ['events.amazonaws.com', 'delivery.logs.amazonaws.com'].every((it) => services.has(it))
      return one.Effect === 'Allow' && both && resources.some((it) => it.test(arn))
    })
  })
}

/** A role that may not put events leaves them behind, where nobody who put them is told. */
const maySend = (cloud: Cloud, role: string, bus: string): boolean =>
  role === '' || lacking(cloud, role, acts['events.amazonaws.com']['send to a bus'], { bus }) === undefined

/** Takes an event at `at` and sends it where the rules of the bus say. */
export function take(cloud: Cloud, bus: Resource, event: BusEvent, at: number, left = at, depth = 0): void {
  const rules = all(cloud, 'AWS::Events::Rule', bus.region).filter(
    ({ properties }) =>
      text(properties.EventBusName).replace(/^arn:.*:event-bus\//, '') === bus.physicalId &&
      properties.State !== 'DISABLED' &&
      properties.EventPattern !== undefined &&
      matches(properties.EventPattern, event),
  )
  // At least once: a bus may send an event twice, here each n-th where a test says so.
  const counted = Number(event.detail['n'] ?? 0) + 1
  const times = bus.state?.twice !== undefined && counted % Number(bus.state.twice) === 0 ? 2 : 1
  for (const { Arn, RoleArn } of rules.flatMap(({ properties }) => list(properties.Targets))) {
    const target = parseArn(text(Arn))
    if (target?.service === 'events' && depth < deepest && maySend(cloud, text(RoleArn), text(Arn))) {
      const peer = busIn(cloud, target.region, target.resource.replace('event-bus/', ''))
      const leaves = at + lagOf(bus)
      if (peer) take(cloud, peer, event, leaves, leaves, depth + 1)
    }
    if (target?.service === 'logs') {
      // An ARN that ends in `:*`, as GetAtt gives it, is taken and names no group.
      const group = target.resource.replace(/^log-group:/, '')
      if (!existing(cloud, bus.region, 'AWS::Logs::LogGroup', group) || !mayWrite(cloud, bus.region, group)) continue
      const lines = ((cloud.logs ??= {})[`${bus.region}|${group}`] ??= [])
      const line = { at: at + toLog, message: JSON.stringify({ version: '0', ...event }), from: event.region, left }
      for (let time = 0; time < times; time += 1) lines.push({ ...line, at: line.at + time * toLog })
    }
  }
}

/** What a group of this region holds now: what had not left a region when it fell silent stays away until it is back. */
export function linesOf(moment: Moment, region: Region, group: string): LogLine[] {
  const { cloud } = moment
  const isHere = ({ at, from, left }: LogLine): boolean =>
    at <= cloud.now && (from === region || left <= (goneSince(moment, from) ?? cloud.now))
  return (cloud.logs?.[`${region}|${group}`] ?? []).filter(isHere).toSorted((a, b) => a.at - b.at)
}
