// Every kind of act that a drill file may name.
import type { Action } from '../drill.ts'
import { clusterFailover } from './cluster-failover.ts'
import { dnsInvert } from './dns-invert.ts'
import { document, promotion } from './document.ts'
import { functionsOff } from './functions-off.ts'
import { instanceFailover } from './instance-failover.ts'

const all: Action[] = [clusterFailover, dnsInvert, document, promotion, functionsOff, instanceFailover]

/** By name. */
export const actions: Readonly<Record<string, Action>> = Object.fromEntries(all.map((one) => [one.name, one]))
