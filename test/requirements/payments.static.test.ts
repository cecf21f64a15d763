// Requirements of the payments system on its resolved templates, both regions.
import { describe, expect, test } from 'vitest'
import { ruleFindings } from '../../src/lib/load/validate.ts'
import { rewind } from './checks/payments-data.ts'
import { paymentsObjectives } from './checks/payments-names.ts'
import { paymentsRunbooks } from './checks/payments-runbooks.ts'
import { keysOfPayments, payments, traced } from './checks/payments.ts'
import { templateWorld } from './templates.ts'
import { all, get, goesRed, list, one, sides, text } from './world.ts'

const world = templateWorld('payments')
const { system } = world
const checks = [...payments, ...paymentsObjectives, ...paymentsRunbooks, rewind, traced]

for (const { ids, rule, holds } of checks) test(`${ids} ${rule}`, () => holds(world))

describe('a check goes red when a template breaks its rule', () => {
  for (const check of checks) test(`broken: ${check.ids} ${check.rule}`, () => goesRed(check, world))
})

test('PAY-02 PAY-33 the system runs in us-east-1 and us-west-2, and every stage is in both', () => {
  expect(system.regions).toEqual({ primary: 'us-east-1', failover: 'us-west-2' })
  expect(system.stages.map(({ name }) => name)).toEqual(['foundation', 'data', 'app', 'dns'])
  for (const stage of system.stages) expect(stage.steps.flat().sort(), stage.name).toEqual(['failover', 'primary'])
  const promised = system.stages.flatMap((stage) => stage.outputs.map(({ key }) => key))
  expect(promised.sort()).toEqual([...keysOfPayments].sort())
})

test('PAY-25 the objectives of drills are 15 minutes and 5 minutes', () => {
  expect(system.objectives).toEqual({ rtoSeconds: 15 * 60, rpoSeconds: 5 * 60 })
})

test('PAY-04 the primary has a master user from an existing secret', () => {
  const reference = (key: string) =>
    `{{resolve:secretsmanager:dr/payments/${world.suffix}/database:SecretString:${key}}}`
  const primary = one(world, 'AWS::RDS::DBCluster', 'primary')
  expect(get(primary, 'MasterUsername')).toBe(reference('username'))
  expect(get(primary, 'MasterUserPassword')).toBe(reference('password'))
})

test('PAY-32 at the large scale each zone has a way out and each region readers, with routes to the other region', () => {
  const large = templateWorld('payments', { scale: 'large' })
  expect(ruleFindings(large.target, large.templates)).toEqual([])
  for (const side of sides) {
    expect(all(large, 'AWS::EC2::NatGateway', side)).toHaveLength(3)
    expect(all(large, 'AWS::RDS::DBInstance', side)).toHaveLength(3)
    const tables = all(large, 'AWS::EC2::Route', side)
      .filter((it) => get(it, 'VpcPeeringConnectionId') !== undefined)
      .map((it) => get(it, 'RouteTableId'))
    expect(new Set(tables).size).toBe(3)
  }
})

const everything = templateWorld('payments', {
  parameters: { FailoverWorkflow: 'true', EnableConfigRules: 'true', AutomaticPromotion: 'true' },
})

test('what is optional keeps the rules as well', () => {
  expect(ruleFindings(everything.target, everything.templates)).toEqual([])
})

test('PAY-14 on request each region has a state machine that runs the runbook, waits for it and tells its end', () => {
  expect(all(world, 'AWS::StepFunctions::StateMachine')).toEqual([])
  for (const side of sides) {
    const machine = one(everything, 'AWS::StepFunctions::StateMachine', side)
    const states = get(machine, 'Definition.States') as Record<string, Record<string, unknown>>
    expect(states.Start).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:ssm:startAutomationExecution',
      Parameters: {
        DocumentName: `payments-promote-${world.suffix}`,
        Parameters: {
          AutomationAssumeRole: [
            `arn:aws:iam::${world.account}:role/dr/payments-runbook-${world.regions[side]}-${world.suffix}`,
          ],
        },
      },
    })
    // From every state one comes to an end that is told.
    const next = (name: string): string[] => {
      const { Next, Default, Choices = [], Catch = [] } = states[name] as Record<string, never>
      const named = [Next, Default, ...[...Choices, ...Catch].map((it) => get(it, 'Next'))]
      return named.filter((it) => typeof it === 'string')
    }
    const seen = new Set<string>(['Start'])
    for (const name of seen) for (const to of next(name)) seen.add(to)
    expect([...seen].sort()).toEqual(Object.keys(states).sort())
    for (const name of ['TellDone', 'TellFailed'])
      expect(get(states[name] as never, 'Parameters.TopicArn')).toBe(
        everything.outputs[side === 'primary' ? 'PrimaryAlertTopicArn' : 'FailoverAlertTopicArn'],
      )
  }
})

test('PAY-03 on request the failover region promotes itself, and only that region', () => {
  const name = `payments-failover-trigger-${world.suffix}`
  const target = (side: 'primary' | 'failover') =>
    text(one(everything, 'AWS::Events::Rule', side, { Name: name }), 'Targets.0.Arn')
  expect(target('failover')).toContain(`:automation-definition/payments-promote-${world.suffix}:`)
  expect(target('primary')).toContain(`:automation-definition/payments-failover-notice-${world.suffix}:`)
})

test('PAY-15 on request Config rules look at what carries the tag of the environment, without a recorder of ours', () => {
  expect(all(world, 'AWS::Config::ConfigRule')).toEqual([])
  for (const side of sides) {
    const rules = all(everything, 'AWS::Config::ConfigRule', side)
    expect(rules.map((it) => get(it, 'Source.SourceIdentifier'))).toEqual(
      expect.arrayContaining(['RDS_CLUSTER_ENCRYPTED_AT_REST', 'DYNAMODB_PITR_ENABLED']),
    )
    for (const it of rules) {
      expect(text(it, 'ConfigRuleName')).toMatch(new RegExp(`^payments-.*-${world.suffix}$`))
      expect(get(it, 'Scope')).toEqual({ TagKey: 'EnvironmentSuffix', TagValue: world.suffix })
    }
  }
  expect(everything.items.filter(({ type }) => /Config::(ConfigurationRecorder|DeliveryChannel)/.test(type))).toEqual(
    [],
  )
})

test('PAY-16 tracing can be left out, and takes its rights along', () => {
  const untraced = templateWorld('payments', { parameters: { Tracing: 'false' } })
  expect(all(untraced, 'AWS::XRay::Group')).toEqual([])
  const roles = JSON.stringify(all(untraced, 'AWS::IAM::Role').map(({ properties }) => properties))
  expect(roles).not.toContain('xray:')
})

test('PAY-21 the endpoint can be left out where the type does not exist', () => {
  const without = templateWorld('payments', { parameters: { EventEndpoint: 'false' } })
  expect(all(without, 'AWS::Events::Endpoint')).toEqual([])
  expect(without.outputs.EventEndpointUrl).toBe('none')
})

test('the password is changed where the writer is, and nowhere after a promotion until that is said', () => {
  const schedules = (rotateIn: string) =>
    all(templateWorld('payments', { parameters: { RotateIn: rotateIn } }), 'AWS::SecretsManager::RotationSchedule')
  expect(all(world, 'AWS::SecretsManager::RotationSchedule').map(({ side }) => side)).toEqual(['primary'])
  expect(schedules('failover').map(({ side }) => side)).toEqual(['failover'])
  expect(schedules('none')).toEqual([])
  for (const side of sides)
    expect(
      list(one(world, 'AWS::Lambda::Function', side, { FunctionName: `payments-rotation-${world.suffix}` }), 'Role'),
    ).toHaveLength(1)
})
