// Requirements of the citizen data system on what is deployed, found through the outputs file.
import { beforeEach, describe, expect, test } from 'vitest'
import { accountWorld } from './account.ts'
import { common } from './checks/common.ts'
import { citizen, controls, keysOfCitizen } from './checks/citizen.ts'
import { deployed, integrationOf } from './deployment.ts'
import { goesRed } from './world.ts'

const deployment = await deployed('citizen')
const world = accountWorld(deployment)
const { stacks, stackSets, outputs, suffix } = world
const checks = [...citizen, ...controls, ...common]

beforeEach(({ task }) => {
  Object.assign(task.meta, { target: deployment.target })
})

for (const { ids, rule, holds } of checks) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when what is deployed breaks its rule', () => {
  for (const check of checks) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('CIT-02 CIT-16 COMMON-22 everything is in eu-central-2', () => {
  expect(outputs.PrimaryRegion).toBe('eu-central-2')
  expect(outputs).not.toHaveProperty('FailoverRegion')
  expect(new Set(stacks.map(({ region }) => region))).toEqual(new Set(['eu-central-2']))
})

test('COMMON-23 every stack is complete, and the outputs file tells all of it', () => {
  expect(stackSets.map(({ name }) => name)).toEqual([`dr-citizen-data-${suffix}`])
  for (const it of stacks) expect(it.status, it.name).toMatch(/^(CREATE|UPDATE)_COMPLETE$/)
  for (const key of keysOfCitizen) expect(outputs[key], key).toMatch(/\S/)
})

test('COMMON-14 the integration tests pass against this deployment, by the outputs file alone', async () => {
  const report = await integrationOf(deployment)
  expect(report).toMatchObject({ numFailedTests: 0 })
  expect(report.numPassedTests).toBeGreaterThan(6)
}, 240_000)
