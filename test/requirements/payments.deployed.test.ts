// Requirements of the payments system on what is deployed, found through the outputs file.
import { beforeEach, describe, expect, test } from 'vitest'
import { accountWorld } from './account.ts'
import { common } from './checks/common.ts'
import { paymentsRunbooks } from './checks/payments-runbooks.ts'
import { payments } from './checks/payments.ts'
import { deployed, integrationOf } from './deployment.ts'
import { goesRed } from './world.ts'

const deployment = await deployed('payments')
const world = accountWorld(deployment)
const { stacks, stackSets, suffix, account, regions } = world
const checks = [...payments, ...paymentsRunbooks.filter(({ ids }) => ids === 'PAY-26'), ...common]

beforeEach(({ task }) => {
  Object.assign(task.meta, { target: deployment.target })
})

for (const { ids, rule, holds } of checks) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when what is deployed breaks its rule', () => {
  for (const check of checks) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('PAY-02 PAY-33 COMMON-22 COMMON-23 every stage is current in both regions', () => {
  const stages = ['foundation', 'data', 'app', 'dns']
  expect(stackSets.map(({ name }) => name).sort()).toEqual(stages.map((it) => `dr-payments-${it}-${suffix}`).sort())
  for (const { name, instances } of stackSets) {
    expect(new Set(instances.map(({ region }) => region)), name).toEqual(new Set(Object.values(regions)))
    for (const instance of instances) expect(instance, name).toMatchObject({ account, status: 'CURRENT' })
  }
  for (const it of stacks) expect(it.status, it.name).toMatch(/^(CREATE|UPDATE)_COMPLETE$/)
})

test('COMMON-14 the integration tests pass against this deployment, by the outputs file alone', async () => {
  const report = await integrationOf(deployment)
  expect(report).toMatchObject({ numFailedTests: 0 })
  expect(report.numPassedTests).toBeGreaterThan(6)
}, 240_000)
