// What will happen later in the simulated cloud: a list of dated tasks, and the one function that adds to it.
import type { Value } from '../lib/core/model.ts'
import type { Moment } from './answer.ts'
import type { Cloud, Task } from './state.ts'

/** Carries out a due task; `moment.cloud.now` is the task's time. */
export type Handler = (task: Task, moment: Moment) => void

/** Plans a task for the virtual time `at` (ms); tasks of the same time run in the order in which they were planned. */
export function schedule(cloud: Cloud, at: number, kind: string, data: Record<string, Value> = {}): void {
  cloud.serial += 1
  cloud.tasks.push({ ...data, at, serial: cloud.serial, kind })
}
