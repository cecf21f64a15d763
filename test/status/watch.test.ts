// Looking again and again: a line for each change, and nothing for what only moves its figures.
import { expect, test } from 'vitest'
import { virtualClock } from '../../src/lib/core/clock.ts'
import { known } from '../../src/lib/status/observation.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { looks } from '../../src/lib/runs/status.ts'
import { changeLines } from '../../src/lib/views/readiness-changes.ts'
import { account, inEmptyFolder } from '../cloud.ts'
import { but, minutes, now, role, silent, well, west } from './sample.ts'

const look = (it: typeof well) => ({ ...judge(it), observation: it })
const behind = (seconds: number) =>
  but({ lags: [{ name: 'aurora rpo lag', lag: known({ seconds }, now) }], at: now + minutes })

test('the first look says the verdict and all that is found', () => {
  expect(changeLines(look(well), undefined)).toEqual(['03:12:44Z  payments · pr123 can fail over to us-west-2'])
  expect(changeLines(look(behind(200)), undefined)).toEqual([
    '03:13:44Z  payments · pr123 can fail over to us-west-2',
    '03:13:44Z  + warning: aurora rpo lag 200 s of 300 s',
  ])
})

test('figures that move are no change, what comes and goes is one', () => {
  expect(changeLines(look(behind(201)), look(behind(200)))).toEqual([])
  expect(changeLines(look(well), look(behind(200)))).toEqual(['03:12:44Z  - warning: aurora rpo lag 200 s of 300 s'])
})

test('a writer that moves is told, and one that is not seen any more', () => {
  const moved = look(but({ roles: role('writer', { places: [west] }) }))
  expect(changeLines(moved, look(well))).toContain('03:12:44Z  aurora writer us-east-1 → us-west-2')
  expect(changeLines(look(silent()), look(well))).toContain('03:12:44Z  aurora writer us-east-1 → ?')
})

test('looks go on until they are asked to leave', async () => {
  inEmptyFolder()
  const it = account()
  const session = await it.target({ system: 'transactions' })
  expect(await deploy(it.run('deploy'), session)).toMatchObject({ exit: 0 })
  const leave = new AbortController()
  const clock = virtualClock()
  const began = clock.now()
  const how = { signal: leave.signal, tell: () => undefined, every: 10, deep: false }
  let count = 0
  for await (const found of looks(await it.target({ system: 'transactions' }), how, clock)) {
    expect(found).toMatchObject({ answer: 'yes' })
    count += 1
    if (count === 3) leave.abort(new Error('left'))
  }
  expect([count, clock.now() - began]).toEqual([3, 20_000])
}, 180_000)
