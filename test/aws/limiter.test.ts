import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Limiter } from '../../src/lib/aws/limiter.ts'
import { virtualClock } from '../../src/lib/core/clock.ts'

test('no second sees more than 20 calls of one API in one region, and their order stays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('a', 'b'), { maxLength: 80 }), async (keys) => {
      const clock = virtualClock(0)
      const limiter = new Limiter(clock)
      const turns: { key: string; at: number; asked: number }[] = []
      await Promise.all(
        keys.map(async (key, asked) => {
          await limiter.turn(key)
          turns.push({ key, at: clock.now(), asked })
        }),
      )
      for (const key of ['a', 'b']) {
        const own = turns.filter((turn) => turn.key === key)
        expect(own.map((turn) => turn.asked)).toEqual(own.map((turn) => turn.asked).sort((a, b) => a - b))
        for (const { at } of own)
          expect(own.filter((turn) => turn.at >= at && turn.at < at + 1_000).length).toBeLessThanOrEqual(20)
      }
    }),
  )
})

test('a poll of ten stacks waits for nobody, the eleventh does', async () => {
  const clock = virtualClock(0)
  const limiter = new Limiter(clock)
  for (let call = 0; call < 10; call++) await limiter.turn('a')
  expect(clock.now()).toBe(0)
  await limiter.turn('a')
  expect(clock.now()).toBeGreaterThan(0)
})
