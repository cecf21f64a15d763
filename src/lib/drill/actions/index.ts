// Every kind of act that a drill file may name.
import type { Action } from '../drill.ts'
import { cacheFailover } from './cache-failover.ts'
import { clusterFailover } from './cluster-failover.ts'
import { dnsInvert } from './dns-invert.ts'
import { document, promotion } from './document.ts'
import { documentsBack } from './documents-back.ts'
import { functionsOff } from './functions-off.ts'
import { instanceFailover } from './instance-failover.ts'
import { tasksStop } from './tasks-stop.ts'

const all: Action[] = [
  cacheFailover,
  clusterFailover,
  dnsInvert,
  document,
  documentsBack,
  functionsOff,
  instanceFailover,
  promotion,
  tasksStop,
]

/** By name. */
export const actions: Readonly<Record<string, Action>> = Object.fromEntries(all.map((one) => [one.name, one]))
