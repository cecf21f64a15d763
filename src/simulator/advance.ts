// Discrete events: everything due up to a moment happens in order of time.
import type { Moment } from './answer.ts'
import { automationTasks } from './automation/tasks.ts'
import { watch } from './data/health.ts'
import { containerTasks } from './services/ecs.ts'
import { cacheTasks } from './services/elasticache.ts'
import { answers } from './services/index.ts'
import { scripts } from './stand-ins/scripts.ts'
import { failoverTasks } from './services/rds-failovers.ts'
import { globalTasks } from './services/rds-global.ts'
import { driftTasks } from './stacks/drift.ts'
import { schedulerTasks } from './services/scheduler.ts'
import { phaseTasks } from './stacks/phases.ts'
import { walkTasks } from './stacks/walk.ts'
import { stackSetTasks } from './stacksets/tasks.ts'
import type { Task } from './state.ts'
import type { Handler } from './tasks.ts'

const handlers: Record<string, Handler> = {
  ...walkTasks,
  ...phaseTasks,
  ...driftTasks,
  ...stackSetTasks,
  ...failoverTasks,
  ...globalTasks,
  ...cacheTasks,
  ...containerTasks,
  ...automationTasks(answers, scripts),
  ...schedulerTasks(answers),
}

/** Brings the cloud to `now` (virtual ms); time never goes back. Gives the number of tasks carried out. */
export function advance(moment: Moment, now: number): number {
  const { cloud } = moment
  let count = 0
  for (let task = takeDue(cloud.tasks, now); task; task = takeDue(cloud.tasks, now)) {
    cloud.now = Math.max(cloud.now, task.at)
    const handler = handlers[task.kind]
    if (!handler) throw new Error(`the simulator has no handler for the task ${task.kind}`)
    handler(task, moment)
    watch(moment)
    count += 1
  }
  cloud.now = Math.max(cloud.now, now)
  return count
}

/** Takes the earliest task that is due; of several at one time the one planned first. */
function takeDue(tasks: Task[], now: number): Task | undefined {
  let first: Task | undefined
  for (const task of tasks) {
    if (task.at > now) continue
    if (!first || task.at < first.at || (task.at === first.at && task.serial < first.serial)) first = task
  }
  if (first) tasks.splice(tasks.indexOf(first), 1)
  return first
}
