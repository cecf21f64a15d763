// ECS: how services and their tasks stand, and the call that stops a task.
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  paginateListTasks,
  StopTaskCommand,
} from '@aws-sdk/client-ecs'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

export interface ServiceView {
  name: string
  /** Tasks that there should be. */
  wanted: number
  running: number
  pending: number
  /** No release is under way. */
  settled: boolean
}

export interface TaskView {
  arn: string
  zone: string
  /** RUNNING, or one of the states before it. */
  status: string
}

/** How many tasks DescribeTasks takes. */
const most = 100

/** The container services of one region. */
export class Services {
  private readonly client: ECSClient
  constructor(make: MakeClient) {
    this.client = make(ECSClient)
  }

  /** A service by the names of its cluster and itself; undefined when there is none, or none any more. */
  async service(cluster: string, name: string): Promise<ServiceView | undefined> {
    const answer = this.client.send(new DescribeServicesCommand({ cluster, services: [name] }))
    const [one] = (await absent(answer, 'ClusterNotFoundException'))?.services ?? []
    if (one?.status !== 'ACTIVE') return undefined
    return {
      name: one.serviceName ?? '',
      wanted: one.desiredCount ?? 0,
      running: one.runningCount ?? 0,
      pending: one.pendingCount ?? 0,
      settled: (one.deployments ?? []).every(({ rolloutState }) => rolloutState === 'COMPLETED'),
    }
  }

  /** Tasks of a service that run or are to run, with the zones they are in. */
  async tasks(cluster: string, serviceName: string): Promise<TaskView[]> {
    const arns: string[] = []
    for await (const page of paginateListTasks({ client: this.client }, { cluster, serviceName })) {
      arns.push(...(page.taskArns ?? []))
    }
    const found: TaskView[] = []
    for (let at = 0; at < arns.length; at += most) {
      const tasks = arns.slice(at, at + most)
      const answer = await this.client.send(new DescribeTasksCommand({ cluster, tasks }))
      for (const one of answer.tasks ?? []) {
        found.push({ arn: one.taskArn ?? '', zone: one.availabilityZone ?? '', status: one.lastStatus ?? '' })
      }
    }
    return found
  }

  /** Stops a task; its service starts another in its place. */
  async stop(cluster: string, task: string, reason: string): Promise<void> {
    await this.client.send(new StopTaskCommand({ cluster, task, reason }))
  }
}
