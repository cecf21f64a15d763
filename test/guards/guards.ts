// All guards that `npm run mutate` breaks in turn.
import type { Guard } from './guard.ts'
import { lock } from './lock.ts'
import { order } from './order.ts'
import { refusals } from './refusals.ts'
import { resume } from './resume.ts'
import { truth } from './truth.ts'

export const guards: Guard[] = [...lock, ...truth, ...resume, ...order, ...refusals]
