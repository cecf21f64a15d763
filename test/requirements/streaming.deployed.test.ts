// Requirements of the streaming system on what is deployed, found through the outputs file.
import { beforeEach, describe, expect, test } from 'vitest'
import { accountWorld } from './account.ts'
import { common } from './checks/common.ts'
import { keysOfStreaming, streaming } from './checks/streaming.ts'
import { deployed, integrationOf } from './deployment.ts'
import { goesRed } from './world.ts'

const deployment = await deployed('streaming')
const world = accountWorld(deployment)
const { stacks, stackSets, outputs, suffix } = world
const checks = [...streaming, ...common]

beforeEach(({ task }) => {
  Object.assign(task.meta, { target: deployment.target })
})

for (const { ids, rule, holds } of checks) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when what is deployed breaks its rule', () => {
  for (const check of checks) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('STR-02 STR-04 COMMON-22 everything is in eu-central-1', () => {
  expect(outputs.PrimaryRegion).toBe('eu-central-1')
  expect(outputs).not.toHaveProperty('FailoverRegion')
  expect(new Set(stacks.map(({ region }) => region))).toEqual(new Set(['eu-central-1']))
  const regions = new Set(world.resources.map(({ region }) => region))
  expect(regions).toEqual(new Set(['eu-central-1', 'global']))
})

test('COMMON-23 every stack is complete, and the outputs file tells all of it', () => {
  expect(stackSets.map(({ name }) => name).sort()).toEqual([
    `dr-streaming-app-${suffix}`,
    `dr-streaming-data-${suffix}`,
  ])
  for (const it of stacks) expect(it.status, it.name).toMatch(/^(CREATE|UPDATE)_COMPLETE$/)
  for (const key of keysOfStreaming) expect(outputs[key], key).toMatch(/\S/)
})

test('COMMON-14 the integration tests pass against this deployment, by the outputs file alone', async () => {
  const report = await integrationOf(deployment)
  expect(report).toMatchObject({ numFailedTests: 0 })
  expect(report.numPassedTests).toBeGreaterThan(6)
}, 240_000)
