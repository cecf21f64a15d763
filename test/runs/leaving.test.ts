import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Event } from '../../src/lib/core/events.ts'
import { Interrupted } from '../../src/lib/execute/operate.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { account, type Account } from '../cloud.ts'

beforeAll(() => process.chdir(mkdtempSync(join(tmpdir(), 'dr-leaving-'))))

/** Deploys and leaves once the data stage's operation has begun. */
async function leave(it: Account, flags = {}): Promise<{ exit: number; statuses: string[] }> {
  const controller = new AbortController()
  const listen = (event: Event): void => {
    if (event.kind === 'progress' && event.stage === 'data') controller.abort(new Interrupted('left on request'))
  }
  const { exit } = await deploy(it.run('deploy', { signal: controller.signal, listen }), await it.target(flags))
  const set = Object.values(it.simulator.inspect().stackSets).find((one) => one.name.includes('-data-'))
  return { exit, statuses: set?.operations.map((operation) => operation.status) ?? [] }
}

describe('leaving in the middle of an operation', () => {
  test('leaves AWS working, and the next run finds the work done', async () => {
    const it = account()
    expect(await leave(it)).toEqual({ exit: 5, statuses: ['RUNNING'] })
    expect(await deploy(it.run('deploy'), await it.target())).toMatchObject({ exit: 0 })
  })

  test('with --on-interrupt stop asks AWS to stop, and the next run begins anew', async () => {
    const it = account()
    const left = await leave(it, { 'on-interrupt': 'stop' })
    expect(left.exit).toBe(5)
    expect(['STOPPING', 'STOPPED']).toContain(left.statuses[0])
    expect(await deploy(it.run('deploy'), await it.target())).toMatchObject({ exit: 0 })
  })
})
