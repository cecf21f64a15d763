// Optional rows of the transactions system: what starts when health fails, and what can be looked up in each region.
import { expect } from 'vitest'
import { all, get, list, meant, one, output, peer, set, sides, text } from '../world.ts'
import type { Check, Item, Side, World } from '../world.ts'
import { allows } from '../policies.ts'

const trigger = (world: World, side: Side): Item =>
  one(world, 'AWS::Events::Rule', side, { Name: `transactions-failover-trigger-${world.suffix}` })
const parameter = (world: World, side: Side, name: string): Item =>
  one(world, 'AWS::SSM::Parameter', side, { Name: `/transactions-${world.suffix}/${name}` })

export const optional: Check[] = [
  {
    ids: 'TXN-54',
    rule: 'in each region an alarm on the health of the primary starts a runbook that says what to do',
    holds: (world) => {
      for (const side of sides) {
        const [watched, ...more] = list(trigger(world, side), 'EventPattern.detail.alarmName')
        expect(more).toEqual([])
        const alarm = one(world, 'AWS::CloudWatch::Alarm', side, { AlarmName: watched ?? '' })
        expect(get(alarm, 'MetricName')).toBe(side === 'primary' ? 'HealthCheckStatus' : 'PrimaryReady')
        expect(get(trigger(world, side), 'EventPattern.detail.state')).toEqual({ value: ['ALARM'] })
        const document = one(world, 'AWS::SSM::Document', side, {
          Name: `transactions-failover-notice-${world.suffix}`,
        })
        const target = text(trigger(world, side), 'Targets.0.Arn')
        expect(target).toContain(`:automation-definition/${text(document, 'Name')}:`)
        const starter = meant(world, 'AWS::IAM::Role', get(trigger(world, side), 'Targets.0.RoleArn'))
        // AWS asks for the document and for executions; the definition is the older form.
        const [place] = target.split(':automation-definition/')
        expect(allows(starter, 'ssm:StartAutomationExecution')).toEqual([
          `${place}:document/${text(document, 'Name')}`,
          `${place}:automation-execution/*`,
          target.replace('$DEFAULT', '*'),
        ])
        const step = get(document, 'Content.mainSteps.0')
        expect(get(step, 'inputs.TopicArn')).toBe(output(world, side, 'AlertTopicArn'))
      }
    },
    breaks: (world) => set(trigger(world, 'failover'), 'EventPattern.detail.alarmName', ['another']),
  },
  {
    ids: 'TXN-55',
    rule: 'parameters of the same names tell in each region what it is, what its peer is and where its data lie',
    holds: (world) => {
      const names = (side: Side) => all(world, 'AWS::SSM::Parameter', side).map((it) => text(it, 'Name'))
      expect(names('primary').sort()).toEqual(names('failover').sort())
      for (const side of sides) {
        const value = (name: string) => get(parameter(world, side, name), 'Value')
        expect(value('region/role')).toBe(side)
        expect(value('region/peer')).toBe(world.regions[peer(side)])
        expect(value('table/name')).toBe(output(world, side, 'TransactionTableName'))
        expect(value('bucket/name')).toBe(output(world, side, 'BucketName'))
        expect(value('api/host')).toBe(output(world, side, 'ApiHost'))
      }
    },
    breaks: (world) => set(parameter(world, 'failover', 'region/role'), 'Value', 'primary'),
  },
]
