import { describe, expect, test } from 'vitest'

import { stackSetOverhead } from '../../../src/lib/core/durations.ts'
import type { Role, Target } from '../../../src/lib/core/model.ts'
import { secretName } from '../../../src/lib/core/names.ts'
import { loadSystem } from '../../../src/lib/load/system.ts'
import { chooseParameters } from '../../../src/lib/templates/choose.ts'
import { loadTemplate } from '../../../src/lib/templates/load.ts'
import { wiringOf } from '../../../src/lib/templates/wiring.ts'
import { cloudAtStart, region } from './region.ts'
import { putSecret } from './secrets.ts'
import { walk, type Walked } from './walk.ts'

/** An account as bootstrap leaves it, as far as templates need it: first use of these services would fail otherwise. */
function bootstrapped() {
  const cloud = cloudAtStart()
  const services = ['ecs', 'elasticloadbalancing', 'ecs.application-autoscaling', 'rds.application-autoscaling']
  for (const service of services) {
    const AWSServiceName = `${service}.amazonaws.com`
    region(cloud, 'us-east-1', 'dr-bootstrap').make(service, 'AWS::IAM::ServiceLinkedRole', { AWSServiceName })
  }
  return cloud
}

/** All stages of a system, step by step; gives what each step took and the stacks in the order of their making. */
function deploy(name: string, suffix: string, scale: Target['scale'], cloud = bootstrapped()) {
  const system = loadSystem('cfn', name)
  const target: Target = { system, suffix, regions: system.regions, scale, parameters: {} }
  const [home = '', ...more] = Object.values(system.regions)
  for (const secret of system.secrets) {
    const value = { username: 'application', password: 'not-a-real-password', apiKey: 'not-a-real-key-of-16' }
    putSecret(cloud, home, secretName(name, suffix, secret.name), value, ...more)
  }
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
        const walked = walk(cloud, region, `dr-${name}-${stage.name}-${suffix}`, stage.template, parameters)
        outputs.set(`${stage.name}.${role}`, walked.outputs)
        made.push(walked)
        return walked.seconds
      })
      steps[`${stage.name}@${roles.join('+')}`] = Math.max(...took) + stackSetOverhead
    }
  }
  return { cloud, made, steps }
}

describe.each([
  // What the estimates of durations.ts make of a first deployment, in minutes.
  ['transactions', 16, 18],
  ['records', 22, 30],
  ['citizen', 20, 27],
  ['payments', 38, 50],
  ['streaming', 24, 30],
])('the %s system', (name, least, most) => {
  test('can be made side by side under two suffixes, and leaves only pending keys (COMMON-03, COMMON-04)', () => {
    const cloud = bootstrapped()
    const one = deploy(name, 'pr1', 'small', cloud)
    const two = deploy(name, 'pr2', 'small', cloud)
    for (const walked of [...one.made.toReversed(), ...two.made.toReversed()]) walked.undo()
    const left = Object.values(cloud.resources).filter(({ type }) => type !== 'AWS::IAM::ServiceLinkedRole')
    expect(left.filter(({ pendingUntil }) => pendingUntil === undefined)).toEqual([])
    expect(new Set(left.map(({ type }) => type))).toEqual(new Set(['AWS::KMS::Key']))
    expect(cloud.buckets).toEqual({})
  })

  test('can be made at full scale', () => {
    expect(() => deploy(name, 'pr1', 'large')).not.toThrow()
  })

  test(`takes ${least} to ${most} minutes at first`, () => {
    const { steps } = deploy(name, 'pr1', 'small')
    const minutes = Object.values(steps).reduce((sum, seconds) => sum + seconds, 0) / 60
    expect(minutes, JSON.stringify(steps)).toBeGreaterThan(least)
    expect(minutes, JSON.stringify(steps)).toBeLessThan(most)
  })
})
