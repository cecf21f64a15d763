// What handlers call is asked of the execution role at each create, update and delete.
import { beforeAll, describe, expect, test } from 'vitest'
import { deploy } from '../../../src/lib/runs/deploy.ts'
import { destroy } from '../../../src/lib/runs/destroy.ts'
import type { Cloud } from '../../../src/simulator/state.ts'
import { type Account, copyOf, inEmptyFolder } from '../../cloud.ts'
import { agreed, bootstrappedFor, cloudOf } from '../../runs/environment.ts'
import { miniature } from '../../simulation/scenarios.ts'

const { flags } = miniature
let ready: Account
let deployed: Account

beforeAll(async () => {
  ready = await bootstrappedFor(flags)
  deployed = copyOf(ready)
  inEmptyFolder()
  expect(await deploy(deployed.run('deploy'), await deployed.target(flags))).toMatchObject({ exit: 0 })
})

interface Statement {
  Action: string | string[]
}

/** Takes an action out of every policy of the execution role. */
const without = (it: Account, action: string): Account => {
  let taken = 0
  it.simulator.change((cloud: Cloud) => {
    for (const { type, properties } of Object.values(cloud.resources)) {
      if (type !== 'AWS::IAM::ManagedPolicy') continue
      const document = properties['PolicyDocument'] as unknown as { Statement: Statement[] }
      for (const statement of document.Statement) {
        const left = [statement.Action].flat().filter((name) => name !== action)
        taken += [statement.Action].flat().length - left.length
        statement.Action = left
      }
    }
  })
  expect(taken).toBeGreaterThan(0)
  return it
}

const denied = (action: string): RegExp =>
  new RegExp(
    `^User: arn:aws:sts::····0000:assumed-role/dr-execution/\\S+ is not authorized to perform: ${action} on resource: \\S+ because no identity-based policy allows the ${action} action`,
  )

describe('a resource', () => {
  test.each(['kms:CreateKey', 's3:CreateBucket', 's3:PutEncryptionConfiguration', 's3:GetBucketVersioning'])(
    'fails to be created without %s',
    async (action) => {
      const it = without(copyOf(ready), action)
      const report = await deploy(it.run('deploy'), await it.target(flags))
      expect(report).toMatchObject({ exit: 4 })
      expect(report.causes.map(({ code }) => code)).toContain('AccessDenied')
      expect(report.causes[0]?.reason).toMatch(denied(action))
    },
  )

  test('fails to be updated without the action that an update needs', async () => {
    const it = without(copyOf(deployed), 'logs:*')
    const report = await deploy(it.run('deploy'), await it.target({ ...flags, parameter: [miniature.changed] }))
    expect(report.exit).not.toBe(0)
    expect(report.causes[0]?.reason).toMatch(/not authorized to perform: logs:\w+ on resource: arn:aws:logs:/)
  })

  test('fails to be deleted without the action that a deletion needs', async () => {
    const it = without(copyOf(deployed), 'kms:ScheduleKeyDeletion')
    const report = await destroy(it.run('destroy'), await it.target(flags), agreed)
    expect(report.exit).toBe(6)
    expect(report.causes[0]?.reason).toMatch(denied('kms:ScheduleKeyDeletion'))
  })
})

test('a role is not deleted while policies of another stack belong to it', async () => {
  const it = copyOf(ready)
  const roles = Object.values(cloudOf(it).stacks).find(({ parameters }) => parameters['CreateRoles'] === 'true')
  const { aws } = await it.target(flags)
  const stacks = aws.stacks(roles?.region ?? '')
  await stacks.delete('dr-bootstrap')
  await it.simulator.clock.sleep(600_000)
  const events = await stacks.events('dr-bootstrap', 0, () => false)
  expect(events.map(({ reason }) => reason).join('\n')).toContain(
    'Cannot delete entity, must detach all policies first.',
  )
})
