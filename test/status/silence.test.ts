// What nobody can tell since a region is silent: a reason to leave it, or a doubt about going there.
import { expect, test } from 'vitest'
import type { Observation } from '../../src/lib/status/observation.ts'
import { findings } from '../../src/lib/status/rules.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { east, silent, west } from './sample.ts'

test('status does not stay for what only the silent primary could tell, and knows nothing without the region that takes over', () => {
  const told = (region: string): Observation => ({
    ...silent(),
    lags: [{ name: 'x', lag: { unknown: `${region} does not answer`, looked: true, silent: region } }],
  })
  expect(judge(told(east))).toMatchObject({ answer: 'yes', exit: 0, mode: 'ungraceful only' })
  expect(findings(told(east))).toContainEqual(expect.objectContaining({ rule: 'lag', level: 'warning' }))
  expect(judge(told(west))).toMatchObject({ answer: 'unknown', exit: 7 })
})
