// A log keeps showing that a run works: jobs that print nothing for ten minutes are ended by some CI systems.
import { expect, test } from 'vitest'
import type { Event } from '../../src/lib/core/events.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { lines } from '../../src/lib/views/lines.ts'
import { copyOf, inEmptyFolder } from '../cloud.ts'
import { agreed, standing } from '../runs/environment.ts'

test('writes a line at least every two minutes while one resource takes twenty', async () => {
  inEmptyFolder()
  const it = copyOf(await standing())
  const began = it.simulator.clock.now()
  const at: number[] = [began]
  let now = began
  const write = lines(() => at.push(now))
  const listen = (event: Event): void => {
    now = event.at
    write(event)
  }
  await destroy(it.run('destroy', { listen }), await it.target(), agreed)
  const gaps = at.slice(1).map((time, index) => (time - (at[index] ?? 0)) / 60_000)
  expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeGreaterThan(20)
  expect(gaps.filter((gap) => gap > 2)).toEqual([])
})
