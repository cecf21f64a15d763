// The real SDK clients, before a server of this test that behaves as Secrets Manager and Parameter Store do, and that
// takes the answers to CloudFormation.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Reply, serve, type Service } from '../../../test/functions/service.ts'
import type { ResourceEvent } from '../answer.ts'

interface Parameter {
  Value: string
  KeyId: string
  Type: string
  tags: { Key: string; Value: string }[]
}

const name = '/payments/pr1/api-keys'
const secrets = new Map<string, string>()
const parameters = new Map<string, Parameter>()
let refusal: { call: string; type: string; message: string } | undefined

const fault = (error: string, message = error): Reply => ({ status: 400, body: { __type: error, message } })

const calls: Record<string, (body: Record<string, unknown>) => Reply> = {
  GetSecretValue: ({ SecretId }) => {
    const SecretString = secrets.get(String(SecretId))
    return SecretString === undefined ? fault('ResourceNotFoundException') : { body: { SecretString } }
  },
  PutParameter: ({ Name, Overwrite, Tags, ...rest }) => {
    const held = parameters.get(String(Name))
    if (held && !Overwrite) return fault('ParameterAlreadyExists')
    if (Overwrite && Tags) return fault('ValidationException', 'tags and overwrite cannot be used together')
    const tags = (Tags as Parameter['tags'] | undefined) ?? held?.tags ?? []
    parameters.set(String(Name), { ...(rest as unknown as Parameter), tags })
    return { body: { Version: 1 } }
  },
  ListTagsForResource: ({ ResourceId }) => {
    const held = parameters.get(String(ResourceId))
    return held ? { body: { TagList: held.tags } } : fault('InvalidResourceId')
  },
  DeleteParameter: ({ Name }) => (parameters.delete(String(Name)) ? { body: {} } : fault('ParameterNotFound')),
}

const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
let handler: (event: ResourceEvent, context: { getRemainingTimeInMillis(): number }) => Promise<void>
let service: Service

beforeAll(async () => {
  const environment = { SYSTEM: 'payments', ENVIRONMENT_SUFFIX: 'pr1' }
  service = await serve(({ target, body }) => {
    const call = target.split('.')[1] ?? ''
    if (refusal?.call === call) return fault(refusal.type, refusal.message)
    return calls[call]?.(JSON.parse(body) as Record<string, unknown>) ?? { body: {} }
  }, environment)
  ;({ handler } = await import('./index.ts'))
})

afterAll(() => {
  log.mockRestore()
  service.close()
})

beforeEach(() => {
  parameters.clear()
  service.answers.length = 0
  log.mockClear()
  refusal = undefined
  secrets.set('dr/payments/pr1/api-keys', '{"gateway":"key-of-the-gateway"}')
})

/** Sends a request as CloudFormation does and gives its answer. */
async function request(RequestType: ResourceEvent['RequestType'], properties: Record<string, string> = {}) {
  await handler(
    {
      RequestType,
      ResponseURL: service.answerTo,
      StackId: 'arn:stack',
      RequestId: 'r-1',
      LogicalResourceId: 'Parameter',
      ...(RequestType === 'Create' ? {} : { PhysicalResourceId: name }),
      ResourceProperties: {
        ServiceToken: 'arn:function',
        SecretName: 'dr/payments/pr1/api-keys',
        ParameterName: name,
        KeyArn: 'arn:key',
        ...properties,
      },
    },
    { getRemainingTimeInMillis: () => 60_000 },
  )
  return service.answers.at(-1)
}

const foreign: Parameter = { Value: 'theirs', KeyId: 'k', Type: 'String', tags: [{ Key: 'System', Value: 'payments' }] }

describe('the parameter with the API keys (PAY-12, PAY-24)', () => {
  test('is made from the secret as a SecureString under the key of the region, with the tags of the environment', async () => {
    expect(await request('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name })
    expect(parameters.get(name)).toEqual({
      Value: '{"gateway":"key-of-the-gateway"}',
      KeyId: 'arn:key',
      Type: 'SecureString',
      Tier: 'Standard',
      tags: [
        { Key: 'System', Value: 'payments' },
        { Key: 'EnvironmentSuffix', Value: 'pr1' },
      ],
    })
  })

  test('may be asked for again, as after an answer that got lost', async () => {
    await request('Create')
    expect(await request('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name })
  })

  test('follows the secret and the key on an update, under the same id', async () => {
    await request('Create')
    secrets.set('dr/payments/pr1/api-keys', '{"gateway":"another"}')
    const answer = await request('Update', { KeyArn: 'arn:key-2', Revision: '2' })
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name })
    expect(parameters.get(name)).toMatchObject({ Value: '{"gateway":"another"}', KeyId: 'arn:key-2' })
  })

  test('gets a new id with a new name, so that CloudFormation deletes the old one', async () => {
    await request('Create')
    const answer = await request('Update', { ParameterName: '/payments/pr1/keys' })
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: '/payments/pr1/keys' })
    await request('Delete')
    expect([...parameters.keys()]).toEqual(['/payments/pr1/keys'])
  })

  test('goes with its stack, also when it or the secret is gone already', async () => {
    await request('Create')
    secrets.clear()
    expect(await request('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name })
    expect(parameters.size).toBe(0)
    expect(await request('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name })
  })

  test('of someone else is neither overwritten nor deleted', async () => {
    parameters.set(name, foreign)
    expect(await request('Create')).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('someone else') })
    // CloudFormation takes back what failed.
    expect(await request('Delete')).toMatchObject({ Status: 'SUCCESS' })
    expect(parameters.get(name)).toEqual(foreign)
  })
})

describe('a copy fails with its reason', () => {
  test('when there is no such secret', async () => {
    secrets.clear()
    expect(await request('Create')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^ResourceNotFoundException/),
    })
  })

  test('when the secret is larger than a parameter', async () => {
    secrets.set('dr/payments/pr1/api-keys', 'x'.repeat(4097))
    const answer = await request('Create')
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('has 4097 bytes') })
    expect(parameters.size).toBe(0)
  })

  test('without the secret, which the service quotes', async () => {
    const message = `Value '{"gateway":"key-of-the-gateway"}' at 'value' failed, as did 'key-of-the-gateway'`
    refusal = { call: 'PutParameter', type: 'ValidationException', message }
    const answer = await request('Create')
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining("'***'") })
    expect(JSON.stringify([answer, log.mock.calls])).not.toContain('key-of-the-gateway')
  })

  test('and leaves the secret out of the log when it succeeds', async () => {
    await request('Create')
    expect(log).toHaveBeenCalled()
    expect(JSON.stringify(log.mock.calls)).not.toMatch(/key-of-the-gateway|signature/)
  })
})
