// ECS: how services and their tasks stand, and StopTask, after which the service starts another task by itself.
import {
  ClusterNotFoundException,
  type DescribeServicesCommandInput,
  type DescribeTasksCommandInput,
  InvalidParameterException,
  type ListTasksCommandInput,
  ServiceNotFoundException,
  type StopTaskCommandInput,
} from '@aws-sdk/client-ecs'

import type { Answers, Call } from '../answer.ts'
import { serviceIn, stopsOf, type Task, tasksOf, wantedOf } from '../data/containers.ts'
import { become, between } from '../data/databases.ts'
import { all, existing } from '../existing.ts'
import type { Resource } from '../state.ts'
import { schedule, type Handler } from '../tasks.ts'
import { page } from './pages.ts'
import { said } from '../said.ts'
import { date } from './shape.ts'

/** From the call until a task is gone, from there until the next one runs, and until the balancer trusts it, ms [?]. */
const times = { gone: [2_000, 10_000], runs: [35_000, 80_000], answers: [20_000, 30_000] } as const

function requireCluster({ cloud, region }: Call, cluster = 'default'): string {
  const name = cluster.split('/').at(-1) ?? ''
  if (existing(cloud, region, 'AWS::ECS::Cluster', name)) return name
  throw new ClusterNotFoundException(said('Cluster not found.'))
}

/** A task goes by its ARN or by what that ends with after the last slash. */
const isNamed = (arn: string, task: string | undefined): boolean => task === arn || task === arn.split('/').at(-1)

const servicesIn = ({ cloud, region }: Call, cluster: string): Resource[] =>
  all(cloud, 'AWS::ECS::Service', region).filter(({ physicalId }) => physicalId.split('/').at(-2) === cluster)

function serviceView({ cloud, now }: Call, service: Resource): object {
  const tasks = tasksOf(cloud, service, now)
  const wanted = wantedOf(cloud, service)
  const counted = (status: Task['status']): number => tasks.filter((task) => task.status === status).length
  const counts = { desiredCount: wanted, runningCount: counted('RUNNING'), pendingCount: counted('PENDING') }
  return {
    serviceArn: service.physicalId,
    serviceName: service.physicalId.split('/').at(-1),
    status: 'ACTIVE',
    ...counts,
    // A task that is replaced is no release.
    deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', ...counts }],
  }
}

const taskView = ({ arn, zone, status, startedAt }: Task): object => ({
  taskArn: arn,
  availabilityZone: zone,
  lastStatus: status,
  desiredStatus: status === 'STOPPING' ? 'STOPPED' : 'RUNNING',
  ...(status !== 'PENDING' && { startedAt: date(startedAt) }),
})

function stop(call: Call, service: Resource, { arn, place }: Task): void {
  const { cloud, now } = call
  const later = (from: number, [least, most]: readonly [number, number]): number =>
    from + between(`${arn} ${from}`, least, most)
  const gone = later(now, times.gone)
  const runs = later(gone, times.runs)
  const answers = later(runs, times.answers)
  become(service, { stops: [...stopsOf(service), { place, at: now, gone, runs, answers }] as never })
  schedule(cloud, answers, 'task-answers')
}

/** Whoever watches endpoints looks again when a task answers. */
export const containerTasks: Record<string, Handler> = { 'task-answers': () => undefined }

/** ECS, by command. */
export const answers: Answers = {
  DescribeServicesCommand: (input: DescribeServicesCommandInput, call: Call) => {
    const cluster = requireCluster(call, input.cluster)
    const asked = (input.services ?? []).map((name) => ({
      name,
      found: serviceIn(call.cloud, call.region, cluster, name),
    }))
    return {
      services: asked.flatMap(({ found }) => (found ? [serviceView(call, found)] : [])),
      failures: asked.flatMap(({ name, found }) => (found ? [] : [{ arn: name, reason: 'MISSING' }])),
    }
  },
  ListTasksCommand: (input: ListTasksCommandInput, call: Call) => {
    const cluster = requireCluster(call, input.cluster)
    const named = input.serviceName
    const one = named === undefined ? undefined : serviceIn(call.cloud, call.region, cluster, named)
    if (named !== undefined && !one) throw new ServiceNotFoundException(said('Service not found.'))
    const isWanted = ({ status }: Task): boolean => (status === 'STOPPING') === (input.desiredStatus === 'STOPPED')
    const arns = (one ? [one] : servicesIn(call, cluster))
      .flatMap((service) => tasksOf(call.cloud, service, call.now))
      .filter(isWanted)
      .map((task) => task.arn)
    const { items, next } = page(arns, input.maxResults ?? 100, input.nextToken)
    return { taskArns: items, ...(next !== undefined && { nextToken: next }) }
  },
  DescribeTasksCommand: (input: DescribeTasksCommandInput, call: Call) => {
    const cluster = requireCluster(call, input.cluster)
    const wanted = input.tasks ?? []
    if (wanted.length > 100) throw new InvalidParameterException(said('Tasks cannot have more than 100 elements.'))
    const tasks = servicesIn(call, cluster).flatMap((service) => tasksOf(call.cloud, service, call.now))
    const found = tasks.filter(({ arn }) => wanted.some((id) => isNamed(arn, id)))
    const lost = wanted.filter((id) => !found.some(({ arn }) => isNamed(arn, id)))
    return { tasks: found.map(taskView), failures: lost.map((arn) => ({ arn, reason: 'MISSING' })) }
  },
  StopTaskCommand: (input: StopTaskCommandInput, call: Call) => {
    const cluster = requireCluster(call, input.cluster)
    for (const service of servicesIn(call, cluster)) {
      const task = tasksOf(call.cloud, service, call.now).find(({ arn }) => isNamed(arn, input.task))
      if (!task) continue
      if (task.status !== 'STOPPING') stop(call, service, task)
      return { task: taskView({ ...task, status: 'STOPPING' }) }
    }
    throw new InvalidParameterException(said('The referenced task was not found.'))
  },
}
