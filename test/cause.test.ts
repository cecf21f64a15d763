import { describe, expect, test } from 'vitest'
import type { ResourceEvent } from '../src/lib/actions/watch.ts'
import { causeOf, firstFailure } from '../src/lib/cause.ts'

let at = 0
const event = (path: string, status: string, reason = '', type = 'AWS::IAM::Role'): ResourceEvent => ({
  id: String(++at),
  at,
  stackId: 'stack',
  logicalId: path.split('/').at(-1) ?? '',
  physicalId: '',
  type,
  status,
  reason,
  path: path.split('/'),
})
const nested = 'AWS::CloudFormation::Stack'
const scene = { stage: 'data', region: 'us-east-1', account: '123456789012' }

describe('the cause of a failure', () => {
  test('is the first failure that is not a cancellation, through nested stacks', () => {
    const events = [
      event('Table', 'CREATE_IN_PROGRESS', '', nested),
      event('Documents/Role', 'CREATE_FAILED', 'Role with name documents-pr123 already exists.'),
      event('Documents/Bucket', 'CREATE_FAILED', 'Resource creation cancelled'),
      event('Documents', 'CREATE_FAILED', 'Embedded stack was not successfully created', nested),
      event('Table', 'CREATE_FAILED', 'Resource creation cancelled', nested),
      event('Documents/Role', 'DELETE_FAILED', 'later trouble'),
    ]
    expect(firstFailure(events)).toMatchObject({ event: { path: ['Documents', 'Role'] }, cancelled: 2 })
    expect(causeOf(scene, { events }, undefined)).toMatchObject({
      path: ['Documents', 'Role'],
      type: 'AWS::IAM::Role',
      reason: 'Role with name documents-pr123 already exists.',
      account: '····9012',
    })
  })

  test('is the nested stack itself when nothing inside it is known', () => {
    const events = [event('Table', 'CREATE_FAILED', 'S3 error: The specified key does not exist.', nested)]
    expect(firstFailure(events)?.event.path).toEqual(['Table'])
  })

  test('is what the operation says when no stack was made', () => {
    const result = {
      account: '123456789012',
      region: 'us-east-1',
      status: 'FAILED',
      reason: "Account 123456789012 should have 'dr-execution' role with trust relationship",
    }
    expect(causeOf(scene, { events: [] }, result)).toMatchObject({
      path: [],
      reason: expect.stringContaining('····9012') as string,
    })
  })

  test('is none for a region that was only cancelled', () => {
    const result = {
      account: '1',
      region: 'us-east-1',
      status: 'CANCELLED',
      reason: 'Cancelled since failure tolerance has exceeded',
    }
    expect(causeOf(scene, { events: [] }, result)).toBeUndefined()
  })

  test('never shows an account id', () => {
    const events = [event('Role', 'CREATE_FAILED', 'arn:aws:iam::123456789012:role/x is not authorized')]
    expect(JSON.stringify(causeOf(scene, { events }, undefined))).not.toContain('123456789012')
  })
})
