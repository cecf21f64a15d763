import { beforeAll, expect, test } from 'vitest'
import { type Account, inEmptyFolder } from '../cloud.ts'
import { followed, said } from './polls.ts'
import { prepared, shipped } from './scenarios.ts'

let ready: Account

beforeAll(async () => {
  inEmptyFolder()
  ready = await prepared(shipped('transactions'))
})

test.each([4, 8, 40])(
  'a poll makes no more than two calls and one for each of %i instances in progress',
  async (instances) => {
    const polls = await followed(ready, instances, 3)
    process.stdout.write(`polling: ${said(polls)}\n`)
    expect(polls.most).toBeLessThanOrEqual(2 + instances)
    expect(polls.polls).toBeGreaterThan(3)
  },
)

test('a poll reads only events that are new: a hundred to a call, however long the history', async () => {
  for (const resources of [10, 100, 400]) {
    const polls = await followed(ready, 1, resources)
    process.stdout.write(`polling: ${said(polls)}\n`)
    // Of one wave of a hundred resources come three hundred events, and the next wave's beginning.
    expect(polls.events).toBeLessThanOrEqual(1 + Math.ceil((6 * Math.min(resources, 100)) / 100))
  }
})
