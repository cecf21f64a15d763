// What is true of containers at a moment: which tasks of a service run, where, and whether one of them answers.
import { all, existing, list, record, text, texts } from '../existing.ts'
import { arn, derived } from '../identifiers.ts'
import type { Cloud, Resource } from '../state.ts'

/** A task that was stopped, and the one in its place; all times in virtual ms and known from the start. */
export interface Stop {
  /** Its place among the tasks of the service, from 0. */
  place: number
  /** From then on it gets no requests. */
  at: number
  gone: number
  /** The next one runs, and then answers. */
  runs: number
  answers: number
}

export interface Task {
  place: number
  arn: string
  zone: string
  startedAt: number
  status: 'PENDING' | 'RUNNING' | 'STOPPING'
  answers: boolean
}

const type = 'AWS::ECS::Service'

export const stopsOf = ({ state }: Resource): Stop[] => (state?.stops as Stop[] | undefined) ?? []

const clusterOf = ({ physicalId }: Resource): string => physicalId.split('/').at(-2) ?? ''

/** A service by the names or ARNs of its cluster and itself. */
export const serviceIn = (cloud: Cloud, region: string, cluster = 'default', name = ''): Resource | undefined =>
  existing(cloud, region, type, arn('ecs', region, `service/${cluster.split('/').at(-1)}/${name.split('/').at(-1)}`))

/** How many tasks there should be: scaling brings a service to its minimum. */
export function wantedOf(cloud: Cloud, service: Resource): number {
  const own = Number(service.properties.DesiredCount ?? 1)
  const resource = `service/${service.physicalId.split('service/')[1]}`
  const target = all(cloud, 'AWS::ApplicationAutoScaling::ScalableTarget', service.region).find(
    ({ properties }) => properties.ResourceId === resource,
  )
  return Math.max(own, Number(target?.properties.MinCapacity ?? 0))
}

/** Zones in which its tasks may run, in the order of its subnets. */
function zonesOf(cloud: Cloud, service: Resource): string[] {
  const subnets = texts(record(record(service.properties.NetworkConfiguration).AwsvpcConfiguration).Subnets)
  const zone = (id: string): string =>
    text(existing(cloud, service.region, 'AWS::EC2::Subnet', id)?.attributes.AvailabilityZone)
  return [...new Set(subnets.map(zone))]
}

/** The tasks of a service at a time, those included that are being stopped. */
export function tasksOf(cloud: Cloud, service: Resource, at: number): Task[] {
  const zones = zonesOf(cloud, service)
  const named = (place: number, before: number): Omit<Task, 'status' | 'answers' | 'startedAt'> => ({
    place,
    arn: arn(
      'ecs',
      service.region,
      `task/${clusterOf(service)}/${derived(`${service.physicalId} ${place} ${before}`, 32)}`,
    ),
    zone: zones[place % zones.length] ?? '',
  })
  return Array.from({ length: wantedOf(cloud, service) }, (_, place) => place).flatMap((place): Task[] => {
    const stops = stopsOf(service).filter((one) => one.place === place && one.at <= at)
    const last = stops.at(-1)
    const [now, before] = [named(place, stops.length), named(place, stops.length - 1)]
    if (!last) return [{ ...now, startedAt: service.createdAt, status: 'RUNNING', answers: true }]
    const next: Task = {
      ...now,
      startedAt: last.runs,
      status: at < last.runs ? 'PENDING' : 'RUNNING',
      answers: at >= last.answers,
    }
    const startedAt = stops.at(-2)?.runs ?? service.createdAt
    return at < last.gone ? [{ ...before, startedAt, status: 'STOPPING', answers: false }, next] : [next]
  })
}

/** Whether a task answers of the service that stands behind a load balancer's listener. */
export function isServed(cloud: Cloud, region: string, listener: string): boolean {
  const actions = existing(cloud, region, 'AWS::ElasticLoadBalancingV2::Listener', listener)?.properties.DefaultActions
  const groups = new Set(list(actions).map(({ TargetGroupArn }) => text(TargetGroupArn)))
  return all(cloud, type, region).some(
    (service) =>
      list(service.properties.LoadBalancers).some(({ TargetGroupArn }) => groups.has(text(TargetGroupArn))) &&
      tasksOf(cloud, service, cloud.now).some(({ answers }) => answers),
  )
}
