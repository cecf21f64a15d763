// An environment that is deployed once for all tests of a file, and looked at in copies.
import { beforeAll, expect } from 'vitest'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { account, type Account, copyOf } from '../cloud.ts'
import { once } from '../once.ts'

/** Deploys before the tests begin, and lets so many ms pass. Gives what makes a copy, with faults where they are given. */
export function deployed(flags: SettingFlags, then = 0): (faults?: Fault[]) => Account {
  let whole: Account
  beforeAll(async () => {
    whole = await once(['deployed', flags], async () => {
      const it = account()
      expect(await deploy(it.run('deploy'), await it.target(flags))).toMatchObject({ exit: 0 })
      return it
    })
    await whole.simulator.clock.sleep(then)
  }, 120_000)
  return (faults = []) => copyOf(whole, faults)
}
