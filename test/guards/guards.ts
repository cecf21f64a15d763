// All guards that `npm run mutate` breaks in turn, by what they are about.
import { cause } from './cause.ts'
import { consent } from './consent.ts'
import { drillBegins } from './drill-begins.ts'
import { drill } from './drill.ts'
import type { Guard } from './guard.ts'
import { lock } from './lock.ts'
import { measure } from './measure.ts'
import { order } from './order.ts'
import { pace } from './pace.ts'
import { plan } from './plan.ts'
import { readiness } from './readiness.ts'
import { refusals } from './refusals.ts'
import { repair } from './repair.ts'
import { resume } from './resume.ts'
import { rights } from './rights.ts'
import { truth } from './truth.ts'

export const lists: Record<string, Guard[]> = {
  lock,
  truth,
  resume,
  order,
  refusals,
  consent,
  plan,
  rights,
  repair,
  cause,
  pace,
  'drill-begins': drillBegins,
  drill,
  measure,
  readiness,
}

export const guards: Guard[] = Object.values(lists).flat()
