// What a runbook, a schedule and a failback cannot do when one right of their role is missing.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Value } from '../../src/lib/core/model.ts'
import type { Execution } from '../../src/simulator/automation/execution.ts'
import { start } from '../../src/simulator/automation/start.ts'
import { list, record, texts } from '../../src/simulator/existing.ts'
import { requireCall } from '../../src/simulator/rights/ask.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { firstLife, outputs } from '../systems/lifetime.ts'
import { promoted, replicas } from './paths/acts.ts'
import { east, minute, next, pass, placeOf, west, type Place } from './paths/place.ts'

let cloud: Cloud
let values: Record<string, string>
beforeAll(async () => {
  cloud = (await firstLife('payments')).simulator.inspect()
  values = outputs()
}, 300_000)

/** The system with a role that lacks each resource of an action that fits. */
function placeWithout(role: string, action: string, lost: RegExp): Place {
  const place = placeOf(cloud, values)
  const found = Object.values(place.moment.cloud.resources).find(({ physicalId }) => physicalId === role)
  let taken = 0
  for (const policy of list(found?.properties['Policies']))
    for (const statement of list(record(policy['PolicyDocument'])['Statement'])) {
      if (!texts(statement['Action']).includes(action)) continue
      const kept = texts(statement['Resource']).filter((arn) => !lost.test(arn))
      taken += texts(statement['Resource']).length - kept.length
      statement['Resource'] = kept
    }
  expect(taken).toBeGreaterThan(0)
  return place
}

function ended(place: Place, region: string, name: string, given: Record<string, string[]> = {}): Execution {
  const execution = start(place.moment, region, name, given)
  while (execution.endedAt === undefined) next(place)
  return execution
}

/** Home was lost and is back: time for a failback. */
function rebuilt(place: Place): Place {
  promoted(place)
  pass(place, 30 * minute)
  return place
}

const runbookRole = `payments-runbook-${west}-pr123`
const starts = 'ssm:StartAutomationExecution'

describe('a failback', () => {
  test.each([
    ['document', /:document\/payments-switchover/],
    ['execution', /:automation-execution\//],
    ['older name', /:automation-definition\/payments-switchover/],
  ])('cannot start the switchover without the right on its %s', (_, lost) => {
    const place = rebuilt(placeWithout(runbookRole, starts, lost))
    const { status, failure } = ended(place, west, 'payments-failback-pr123')
    expect(status).toBe('Failed')
    expect(failure).toMatch(new RegExp(`moveBack.*${runbookRole}.*not authorized to perform: ${starts}`))
  })
})

describe('a rewind', () => {
  const role = `payments-rewind-${west}-pr123`
  const rewound = (place: Place): Execution => {
    const RestoreToTime = [new Date(place.moment.cloud.now - 10 * minute).toISOString()]
    return ended(place, west, 'payments-rewind-pr123', { RestoreToTime })
  }

  test('restores the cluster beside the one that runs', () => {
    expect(rewound(placeOf(cloud, values)).failure).toBeUndefined()
  })

  test.each([
    ['rds:RestoreDBClusterToPointInTime', /:og:default/, 'restore'],
    ['rds:RestoreDBClusterToPointInTime', /:cluster-pg:/, 'restore'],
    ['rds:RestoreDBClusterToPointInTime', /:subgrp:/, 'restore'],
    ['kms:DescribeKey', /:kms:/, 'restore'],
    ['rds:CreateDBInstance', /:pg:/, 'makeInstance'],
  ])('fails without %s on %s, at %s', (action, lost, step) => {
    const { failure } = rewound(placeWithout(role, action, lost))
    expect(failure).toMatch(new RegExp(`${step}.*${role}.*not authorized to perform: ${action}`))
  })
})

describe('the dead man', () => {
  const role = `payments-dead-man-${west}-pr123`
  const input = { DocumentName: 'payments-dead-man-pr123' }
  const begin = (place: Place) => () => requireCall(place.moment.cloud, role, 'StartAutomationExecution', west, input)

  test('may start his runbook', () => {
    expect(begin(placeOf(cloud, values))).not.toThrow()
  })

  test.each([
    ['its document', starts, /:document\//],
    ['its execution', starts, /:automation-execution\//],
    ['its older name', starts, /:automation-definition\//],
    ['its role', 'iam:PassRole', /runbook/],
  ])('may not without the right on %s', (_, action, lost) => {
    expect(begin(placeWithout(role, action, lost))).toThrow(/not authorized to perform/)
  })
})

test('a document whose role does not trust Systems Manager is not started', () => {
  const place = placeOf(cloud, values)
  const AutomationAssumeRole = [`arn:aws:iam::000000000000:role/dr/payments-dead-man-${west}-pr123`]
  expect(() => start(place.moment, west, 'payments-verify-pr123', { AutomationAssumeRole })).toThrow(
    'The defined assume role is unable to be assumed.',
  )
})

describe('a secret under keys of the customer', () => {
  const [home, peer] = [east, west].map((region) => `arn:aws:kms:${region}:000000000000:key/customer`)
  const id = 'dr/payments/pr123/database'

  /** The secret and its replica lie under these keys. */
  function keyed(place: Place): Place {
    const secret = place.moment.cloud.secrets[`${east}|${id}`] ?? expect.unreachable(id)
    Object.assign(secret, { kmsKeyId: home })
    Object.assign(secret.replicas[west] ?? {}, { kmsKeyId: peer })
    return place
  }

  test('is replicated again under the key that its replica had', () => {
    const place = rebuilt(keyed(placeOf(cloud, values)))
    expect(ended(place, west, 'payments-failback-pr123').failure).toBeUndefined()
    pass(place, minute)
    expect(replicas(place)).toMatchObject([{ Region: west, KmsKeyId: peer, Status: 'InSync' }])
  })

  test.each(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:Encrypt'])('is not replicated without %s', (action) => {
    const place = rebuilt(keyed(placeOf(cloud, values)))
    const role = Object.values(place.moment.cloud.resources).find(({ physicalId }) => physicalId === runbookRole)
    for (const policy of list(role?.properties['Policies']))
      for (const statement of list(record(policy['PolicyDocument'])['Statement']))
        if (JSON.stringify(statement).includes('secretsmanager.'))
          statement['Action'] = texts(statement['Action']).filter((one) => one !== action) as Value
    const { status, failure } = ended(place, west, 'payments-failback-pr123')
    expect(status).toBe('Failed')
    expect(failure).toMatch(
      new RegExp(`replicateSecret.*not authorized to perform: ${action} on resource: arn:aws:kms`),
    )
  })

  test('under the key of Secrets Manager asks for no right on keys', () => {
    const place = rebuilt(placeWithout(runbookRole, 'kms:Encrypt', /./))
    expect(ended(place, west, 'payments-failback-pr123').failure).toBeUndefined()
  })
})
