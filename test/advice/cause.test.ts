import { describe, expect, test } from 'vitest'
import type { ResourceEvent } from '../../src/lib/observe/watch.ts'
import { causeOf, firstFailure } from '../../src/lib/advice/cause.ts'
import { told } from '../../src/lib/advice/reason.ts'

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

  test('is no cancellation, even one that was told before the failure', () => {
    const events = [
      event('Bucket', 'CREATE_FAILED', 'Resource creation cancelled'),
      event('Role', 'CREATE_FAILED', 'refused'),
      event('Key', 'CREATE_FAILED', 'Resource creation cancelled'),
    ]
    expect(firstFailure(events)).toMatchObject({ event: { path: ['Role'] }, cancelled: 2 })
    expect(causeOf(scene, { events }, undefined)).toMatchObject({ path: ['Role'], cancelled: 2 })
  })

  test('is the nested stack itself when what failed earlier was inside another one', () => {
    const events = [
      event('Documents/Inner/Role', 'CREATE_COMPLETE'),
      { ...event('Table', 'CREATE_FAILED', 'S3 error: Access Denied', nested), at: 2_000 },
      { ...event('Documents/Role', 'CREATE_FAILED', 'refused too'), at: 2_000 },
    ]
    expect(firstFailure(events)?.event.path).toEqual(['Table'])
  })

  test('is the nested stack itself when nothing inside it is known', () => {
    const events = [event('Table', 'CREATE_FAILED', 'S3 error: The specified key does not exist.', nested)]
    expect(firstFailure(events)?.event.path).toEqual(['Table'])
  })

  test('is inside the nested stack even when both were said at the same moment', () => {
    const moment = { at: 1_000 }
    const events = [
      { ...event('Table', 'CREATE_FAILED', 'Embedded stack was not successfully created', nested), ...moment },
      { ...event('Table/Key', 'CREATE_FAILED', 'refused'), ...moment },
    ]
    expect(firstFailure(events)?.event.path).toEqual(['Table', 'Key'])
  })

  test('is the nested stack that failed first, not a resource that failed elsewhere later', () => {
    const events = [
      event('Table', 'CREATE_FAILED', 'S3 error: Access Denied', nested),
      event('Documents/Role', 'CREATE_FAILED', 'refused'),
      event('Table/Key', 'DELETE_FAILED', 'trouble while it was taken back'),
    ]
    expect(firstFailure(events)?.event.path).toEqual(['Table'])
  })

  test('is the oldest, in whatever order events were read', () => {
    const [first, second] = [event('A', 'CREATE_FAILED', 'first'), event('B', 'CREATE_FAILED', 'second')]
    expect(firstFailure([second, first])?.event.reason).toBe('first')
  })

  test("may be a reason that mentions a cancellation; only AWS's own word for it is one", () => {
    const events = [
      event('Fleet', 'CREATE_FAILED', 'The request was canceled by the service because of missing capacity'),
      event('Other', 'UPDATE_FAILED', 'Resource update cancelled'),
    ]
    expect(firstFailure(events)).toMatchObject({ event: { path: ['Fleet'] }, cancelled: 1 })
  })

  test('is what the stack says of itself when no resource failed', () => {
    const own = [
      event('root', 'DELETE_IN_PROGRESS', 'Output Url could not be resolved. Delete requested by user.', nested),
    ]
    expect(causeOf(scene, { events: [], own }, undefined)).toMatchObject({
      path: [],
      type: nested,
      reason: 'Output Url could not be resolved. Delete requested by user.',
    })
  })

  test('is the resource that the result of the operation names, when the stack could not be read', () => {
    const reason =
      'ResourceLogicalId:FlowLogActivator, ResourceType:AWS::Lambda::Function, ResourceStatusReason:Resource handler returned message: "The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400, Request ID: b3ca3772-7cf9-484d-aed6-34c758a5325e, Extended Request ID: null)" (RequestToken: 1, HandlerErrorCode: InvalidRequest).'
    const result = { account: '123456789012', region: 'us-east-1', status: 'FAILED', reason }
    expect(causeOf(scene, { events: [], unread: ['root stack (AccessDenied)'] }, result)).toMatchObject({
      path: ['FlowLogActivator'],
      type: 'AWS::Lambda::Function',
      reason: 'The role defined for the function cannot be assumed by Lambda.',
      code: 'InvalidRequest',
      unread: ['root stack (AccessDenied)'],
    })
  })

  test.each(['PENDING', 'RUNNING', 'SUCCEEDED', 'CANCELLED'])('is none where the result is %s', (status) => {
    expect(causeOf(scene, { events: [] }, { account: '1', region: 'us-east-1', status, reason: 'x' })).toBeUndefined()
  })

  test('is there for a result in a word that nobody knows', () => {
    const result = { account: '1', region: 'us-east-1', status: 'FROZEN', reason: '' }
    expect(causeOf(scene, { events: [] }, result)?.reason).toBe('the operation ended FROZEN without a reason')
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

describe('a reason of AWS', () => {
  test.each([
    [
      'of a handler',
      'Resource handler returned message: "The maximum number of addresses has been reached. (Service: Ec2, Status Code: 400, Request ID: 6b8cf3d3) (SDK Attempt Count: 1)" (RequestToken: 5f2495db, HandlerErrorCode: GeneralServiceException)',
      'The maximum number of addresses has been reached.',
      'GeneralServiceException',
    ],
    [
      'of an older resource',
      'The bucket is not empty (Service: Amazon S3; Status Code: 409; Error Code: BucketNotEmpty; Request ID: 05; S3 Extended Request ID: P9=; Proxy: null)',
      'The bucket is not empty',
      'BucketNotEmpty',
    ],
    ['without anything around it', 'Role with name x already exists.', 'Role with name x already exists.', ''],
    [
      'of a handler that says nothing',
      'Resource handler returned message: "null" (RequestToken: 5f, HandlerErrorCode: InternalFailure)',
      'no message, only the code InternalFailure',
      'InternalFailure',
    ],
    [
      'of a nested stack',
      'Embedded stack arn:aws:cloudformation:us-east-1:1:stack/a/b was not successfully created: The following resource(s) failed to create: [A].',
      'Embedded stack was not successfully created: The following resource(s) failed to create: [A].',
      '',
    ],
  ])('%s is told without request ids, with its code', (_what, text, reason, code) => {
    expect(told(text)).toEqual({ reason, code })
  })
})
