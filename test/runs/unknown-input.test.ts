import { expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { cloudOf, operationsOf, setOf, standing, stackOf } from './environment.ts'

test('a stack is never given a value that no stage has told: the stage fails before its first call', async () => {
  const it = await standing()
  const { id } = stackOf(it, 'data', 'us-east-1')
  it.simulator.change(({ stacks }) => {
    delete stacks[id]?.outputs['BucketName']
  })
  const [before, operations] = [structuredClone(setOf(it, 'app')), operationsOf(it, 'app')]
  const report = await deploy(it.run('deploy'), await it.target(), { yes: true, allowReplace: [] })
  expect(report).toMatchObject({ exit: 4 })
  expect(report.stages.map(({ name, outcome, message }) => [name, outcome, message])).toContainEqual([
    'app',
    'failed',
    'no stage has given the outputs for PrimaryBucketName',
  ])
  expect(operationsOf(it, 'app')).toEqual(operations)
  expect(setOf(it, 'app')).toEqual(before)
  expect(JSON.stringify(cloudOf(it).stacks)).not.toContain('known after apply')
})
