// The simulated AWS account: plugged into SDK clients, it answers their commands in virtual time.
import { virtualClock, type Clock } from '../lib/core/clock.ts'
import type { Net } from '../lib/aws/net.ts'
import { advance } from './advance.ts'
import type { Fault } from './faults.ts'
import { watch } from './data/health.ts'
import { localStore } from './local.ts'
import { plug, type Pluggable } from './middleware.ts'
import { simulatedNet } from './net.ts'
import { redo, responder } from './respond.ts'
import type { Cloud } from './state.ts'
import { emptyCloud, memoryStore, type Store } from './store.ts'

export { readFaults, type Fault } from './faults.ts'
export type { Pluggable } from './middleware.ts'
export type { Cloud } from './state.ts'

export interface Simulator {
  /** Virtual time. */
  clock: Clock
  /**
   * Answers every command of this SDK client from the simulated account; credentials and region must be set on it.
   * @param patience how long it waits for a region that does not answer, virtual ms
   */
  plug(client: Pluggable, patience?: number): void
  /** Its APIs and name servers, as clients of a system see them. */
  net: Net
  /** The state now, advanced to the present: for tests and invariants. Look, do not touch. */
  inspect(): Cloud
  /** Tests: changes the state (puts an object, breaks something) inside a transaction. */
  change(edit: (cloud: Cloud) => void): void
}

/** A simulator that lives as long as the process; by default on a clock that never waits. */
export function memorySimulator(options: { clock?: Clock; faults?: Fault[]; seed?: number } = {}): Simulator {
  const clock = options.clock ?? virtualClock()
  return simulator(memoryStore(emptyCloud(clock.now(), options.seed)), clock, options.faults ?? [])
}

/**
 * A simulator whose account lives in `folder` (by convention `.dr/local`), `speed` times as fast as the wall clock.
 * Throws DrError (exit 2) when the folder's state cannot be read or the folder cannot be written.
 */
export function localSimulator(options: { folder: string; speed?: number; faults?: Fault[] }): Simulator {
  const { store, clock } = localStore(options.folder, redo, options.speed)
  return simulator(store, clock, options.faults ?? [])
}

function simulator(store: Store, clock: Clock, faults: readonly Fault[]): Simulator {
  const respond = responder(store, clock, faults)
  return {
    clock,
    plug: (client, patience) => plug(client, respond, clock.now, patience),
    net: simulatedNet(store, clock, faults),
    inspect: () =>
      store.transact((cloud, keep) => {
        if (advance({ cloud, faults }, clock.now()) > 0) keep()
        return cloud
      }),
    change: (edit) =>
      store.transact((cloud, keep) => {
        advance({ cloud, faults }, clock.now())
        edit(cloud)
        watch({ cloud, faults })
        keep()
      }),
  }
}
