// Stops tasks of a container service: those of one zone, or a number of them. The service starts others by itself.
import { DrError } from '../../core/errors.ts'
import type { ServiceView, TaskView } from '../../aws/services.ts'
import type { Action, Ground, Step } from '../drill.ts'
import { settled } from './settled.ts'

const nameOf = ({ target }: Step): string => `${target['cluster']}/${target['service']}`

async function service({ region, target }: Step, { aws }: Ground): Promise<{ view: ServiceView; tasks: TaskView[] }> {
  const services = await aws.services(region)
  const [cluster, name] = [target['cluster'] ?? '', target['service'] ?? '']
  const view = await services.service(cluster, name)
  if (view) return { view, tasks: await services.tasks(cluster, name) }
  const message = `there is no service ${name} in the cluster ${cluster} in ${region}`
  throw new DrError('NoTarget', 3, message, 'see: dr status')
}

const isRunning = ({ status }: TaskView): boolean => status === 'RUNNING'

/** Running tasks by zone, the fullest zone first. */
function byZone(tasks: readonly TaskView[]): [zone: string, tasks: TaskView[]][] {
  const zones = new Map<string, TaskView[]>()
  for (const task of tasks.filter(isRunning)) zones.set(task.zone, [...(zones.get(task.zone) ?? []), task])
  return [...zones].toSorted(([a, these], [b, those]) => those.length - these.length || (a < b ? -1 : 1))
}

const isWhole = ({ view, tasks }: { view: ServiceView; tasks: TaskView[] }, { target }: Step): boolean => {
  const zones = byZone(tasks).length
  const fewest = Number(target['zones'] ?? Math.min(2, view.wanted))
  return view.settled && view.pending === 0 && view.running >= view.wanted && view.wanted > 0 && zones >= fewest
}

/** What is to be stopped. Throws where that would be nothing, or all that there is though it was not said. */
function chosen(tasks: readonly TaskView[], step: Step): TaskView[] {
  const { zone, count = 'all' } = step.target
  const running = tasks.filter(isRunning)
  const zones = byZone(tasks)
  const refused = (exit: 3 | 8, message: string, hint: string): DrError => new DrError('NoTarget', exit, message, hint)
  if (running.length === 0) throw refused(3, `no task of ${nameOf(step)} is running`, 'see: dr status')
  if (zone !== undefined) {
    if (zones.length < 2) {
      const message = `all tasks of ${nameOf(step)} run in one zone, ${zones[0]?.[0]}: none would be left`
      throw refused(8, message, 'deploy it with tasks in several zones')
    }
    const inZone = zone === 'any' ? zones[0] : zones.find(([name]) => name === zone)
    if (inZone) return inZone[1]
    throw refused(3, `no task of ${nameOf(step)} runs in ${zone}`, `they run in ${zones.map(([it]) => it).join(', ')}`)
  }
  if (count === 'all') return running
  const wanted = Number(count)
  if (!Number.isInteger(wanted) || wanted < 1) throw refused(3, `count ${count} is no number of tasks`, 'or say all')
  if (running.length > wanted) return running.slice(0, wanted)
  const message = `${nameOf(step)} runs ${running.length} tasks: none would be left if ${wanted} were stopped`
  throw refused(8, message, 'deploy it with more tasks, or stop all on purpose')
}

const said = ({ target: { zone, count = 'all' } }: Step): string =>
  zone === undefined
    ? `${count} tasks`
    : zone === 'any'
      ? 'the tasks in the zone with most of them'
      : `the tasks in ${zone}`

/** ms */
const atMost = 1_200_000

/**
 * `target`: `cluster` and `service`, their names, and either `zone` (its name, or `any` for the one with most tasks) or
 * `count` (a number, or `all`); `zones`, in how many there must be tasks again: 2 where left out.
 */
export const tasksStop: Action = {
  name: 'tasks-stop',
  class: 'L2',
  calls: ['StopTask', 'DescribeServices', 'ListTasks', 'DescribeTasks'],
  describe: (step) => `StopTask of ${said(step)} of ${nameOf(step)} in ${step.region}`,
  observe: async (step, ground) => {
    const found = await service(step, ground)
    if (!isWhole(found, step) && found.view.running < found.view.wanted) return 'injected'
    chosen(found.tasks, step)
    return isWhole(found, step) ? 'normal' : 'injected'
  },
  inject: async (step, ground) => {
    const { tasks } = await service(step, ground)
    const services = await ground.aws.services(step.region)
    const victims = chosen(tasks, step)
    const cluster = step.target['cluster'] ?? ''
    await Promise.all(victims.map(({ arn }) => services.stop(cluster, arn, `drill ${ground.drill}`)))
    const left = tasks.filter(isRunning).length - victims.length
    const zones = [...new Set(victims.map(({ zone }) => zone))].toSorted().join(', ')
    return `${victims.length} tasks of ${nameOf(step)} in ${zones} are stopped, ${left} go on`
  },
  restore: async (step, ground) => {
    const { view, tasks } = await settled(
      ground,
      `service ${nameOf(step)}`,
      async () => {
        const found = await service(step, ground)
        return isWhole(found, step) ? found : undefined
      },
      atMost,
    )
    return `${view.running} of ${view.wanted} tasks run in ${byZone(tasks).length} zones`
  },
}
