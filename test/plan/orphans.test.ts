import { expect, test } from 'vitest'
import { type Removal, withRemovals } from '../../src/lib/plan/orphans.ts'
import type { Plan, PlanStage } from '../../src/lib/plan/plan.ts'

const stage = (name: string, needs: string[]): PlanStage => ({
  name,
  title: name,
  needs,
  regions: [],
  work: { kind: 'upload' },
})
const plan: Plan = { verb: 'deploy', stages: [stage('upload', []), stage('data', ['upload'])] }
const removal = (more: Partial<Removal>): Removal => ({
  stage: 'old',
  regions: ['us-east-1'],
  whole: true,
  buckets: [],
  resources: () => 3,
  ...more,
})

test('what no longer belongs goes when all that belongs is in place, its buckets emptied before', () => {
  const { stages } = withRemovals(plan, [removal({ buckets: [{ name: 'b', region: 'us-east-1' }] })])
  expect(stages.map(({ name, needs }) => `${name} after ${needs.join(' ')}`)).toEqual([
    'upload after ',
    'data after upload',
    'empty old after upload data',
    'old after upload data empty old',
  ])
})

test('a region that a stage left goes alone, a stage that left goes whole', () => {
  const kept = withRemovals(plan, [removal({ whole: false })]).stages.at(-1)
  expect(kept).toMatchObject({ name: 'old in us-east-1', work: { kind: 'delete-stage', only: ['us-east-1'] } })
  expect(withRemovals(plan, [removal({})]).stages.at(-1)?.work).not.toHaveProperty('only')
})
