// Requirements of the citizen data system on its resolved templates.
import { describe, expect, test } from 'vitest'
import { citizen, controls, keysOfCitizen } from './checks/citizen.ts'
import { database, zonesOf } from './checks/postgres.ts'
import { templateWorld } from './templates.ts'
import { get, goesRed } from './world.ts'

const world = templateWorld('citizen')
const { system } = world
const checks = [...citizen, ...controls]

for (const { ids, rule, holds } of checks) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when a template breaks its rule', () => {
  for (const check of checks) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('CIT-02 CIT-16 the system runs in eu-central-2 and nowhere else', () => {
  expect(system.regions).toEqual({ standalone: 'eu-central-2' })
  for (const stage of system.stages) expect(stage.steps, stage.name).toEqual([['standalone']])
  expect(system.stages.flatMap((stage) => stage.outputs.map(({ key }) => key)).sort()).toEqual(
    [...keysOfCitizen].sort(),
  )
})

test('CIT-04 CIT-05 the objectives of drills are one hour of data and 15 minutes', () => {
  expect(system.objectives).toEqual({ rtoSeconds: 15 * 60, rpoSeconds: 60 * 60 })
})

test('CIT-06 control CP-9: at the large scale a month of backups is kept', () => {
  const large = database(templateWorld('citizen', { scale: 'large' }))
  expect(Number(get(large, 'BackupRetentionPeriod'))).toBeGreaterThanOrEqual(30)
})

test('CIT-11 CIT-12 another pair of zones can be chosen', () => {
  const other = templateWorld('citizen', { parameters: { DatabaseZones: '2-3' } })
  expect(new Set([...zonesOf(world), ...zonesOf(other)]).size).toBe(3)
})
