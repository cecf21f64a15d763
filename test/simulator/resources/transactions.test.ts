import { expect, test } from 'vitest'

import { stackSetOverhead } from '../../../src/lib/durations.ts'
import type { Role, Target } from '../../../src/lib/model.ts'
import { loadSystem } from '../../../src/lib/system.ts'
import { chooseParameters } from '../../../src/lib/templates/choose.ts'
import { loadTemplate } from '../../../src/lib/templates/load.ts'
import { wiringOf } from '../../../src/lib/templates/wiring.ts'
import { cloudAtStart } from './region.ts'
import { walk, type Walked } from './walk.ts'

const system = loadSystem('cfn', 'transactions')

/** All stages, step by step; gives what each step took and the stacks in the order of their making. */
function deploy(suffix: string, cloud = cloudAtStart()) {
  const regions = { primary: 'us-east-1', failover: 'us-west-2' }
  const target: Target = { system, suffix, regions, scale: 'small', parameters: {} }
  const roots = Object.fromEntries(system.stages.map((stage) => [stage.name, loadTemplate(stage.template).body]))
  const chosen = chooseParameters(target, roots)
  const wiring = wiringOf(system, ({ message }) => {
    throw new Error(message)
  })
  const outputs = new Map<string, Walked['outputs']>()
  const made: Walked[] = []
  const steps: Record<string, number> = {}
  for (const stage of system.stages) {
    for (const roles of stage.steps) {
      const took = roles.map((role: Role) => {
        const body = roots[stage.name] ?? { Resources: {} }
        const parameters = { ...chosen[stage.name], ...wiring.values(stage, role, body, outputs) }
        const region = target.regions[role] ?? ''
        const walked = walk(cloud, region, `dr-transactions-${stage.name}-${suffix}`, stage.template, parameters)
        outputs.set(`${stage.name}.${role}`, walked.outputs)
        made.push(walked)
        return walked.seconds
      })
      steps[`${stage.name}@${roles.join('+')}`] = Math.max(...took) + stackSetOverhead
    }
  }
  return { cloud, made, steps }
}

test('the real templates can be made in both regions, side by side under two suffixes, and leave only pending keys (COMMON-03, COMMON-04)', () => {
  const cloud = cloudAtStart()
  const one = deploy('pr1', cloud)
  const two = deploy('pr2', cloud)
  for (const walked of [...one.made.toReversed(), ...two.made.toReversed()]) walked.undo()
  const left = Object.values(cloud.resources)
  expect(left.map(({ type, region, pendingUntil }) => [type, region, pendingUntil !== undefined])).toEqual([
    ['AWS::KMS::Key', 'us-east-1', true],
    ['AWS::KMS::Key', 'us-west-2', true],
    ['AWS::KMS::Key', 'us-east-1', true],
    ['AWS::KMS::Key', 'us-west-2', true],
  ])
  expect(cloud.buckets).toEqual({})
})

test('the critical path of a first deployment is about 17 minutes (systems.md §5)', () => {
  const { steps } = deploy('pr1')
  const minutes = Object.values(steps).reduce((sum, seconds) => sum + seconds, 0) / 60
  expect(minutes, JSON.stringify(steps)).toBeGreaterThan(16)
  expect(minutes, JSON.stringify(steps)).toBeLessThan(18)
})
