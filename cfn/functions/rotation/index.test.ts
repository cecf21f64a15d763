// The real SDK clients, before a server of this test that answers as Secrets Manager and RDS do.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Reply, serve, type Service } from '../../../test/functions/service.ts'
import type { RotationEvent } from './handler.ts'

// The pauses between two looks at the database would only make the test slow.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }))
const log = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)

type Handler = (event: RotationEvent, context: { getRemainingTimeInMillis(): number }) => Promise<void>

const calls: { what: string; body: string }[] = []
const stages: Record<string, string[]> = {}
const texts: Record<string, string> = {}
let refusal = ''

function secretsManager(call: string, body: Record<string, unknown>): Reply {
  if (call === 'DescribeSecret') return { body: { RotationEnabled: true, VersionIdsToStages: stages } }
  if (call === 'GetSecretValue') {
    const id = Object.keys(stages).find((version) => stages[version]?.includes(String(body['VersionStage'])))
    const text = id && texts[id]
    if (!text) return { status: 400, body: { __type: 'ResourceNotFoundException', message: "can't find the value" } }
    return { body: { SecretString: text, VersionId: id } }
  }
  if (call === 'PutSecretValue') texts[String(body['ClientRequestToken'])] = String(body['SecretString'])
  return { body: {} }
}

const kinds = { DBInstance: 'DBInstanceStatus', DBCluster: 'Status' }

/** Answers in the XML of the Query protocol. */
function rds(form: URLSearchParams): Reply {
  const action = form.get('Action') ?? ''
  if (refusal && action.startsWith('Modify')) {
    const error = `<Error><Type>Sender</Type><Code>InvalidParameterValue</Code><Message>${refusal}</Message></Error>`
    return { status: 400, body: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` }
  }
  const kind = action.includes('Cluster') ? 'DBCluster' : 'DBInstance'
  const pending = action.startsWith('Modify') ? '<MasterUserPassword>****</MasterUserPassword>' : ''
  const one =
    `<${kind}><${kinds[kind]}>available</${kinds[kind]}><MasterUsername>owner</MasterUsername>` +
    `<PendingModifiedValues>${pending}</PendingModifiedValues></${kind}>`
  const result = action.startsWith('Describe') ? `<${kind}s>${one}</${kind}s>` : one
  return { body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>` }
}

let service: Service

async function load(type: string): Promise<Handler> {
  vi.resetModules()
  vi.stubEnv('DATABASE_IDENTIFIER', 'records-pr1')
  vi.stubEnv('DATABASE_TYPE', type)
  return ((await import('./index.ts')) as { handler: Handler }).handler
}

beforeAll(async () => {
  service = await serve(({ target, body }) => {
    const call = target.split('.')[1]
    const form = new URLSearchParams(body)
    calls.push({ what: call ?? form.get('Action') ?? '', body })
    return call ? secretsManager(call, JSON.parse(body) as Record<string, unknown>) : rds(form)
  })
})

afterAll(() => {
  log.mockRestore()
  service.close()
})

beforeEach(() => {
  calls.length = 0
  log.mockClear()
  refusal = ''
  Object.assign(stages, { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] })
  Object.assign(texts, { v1: '{"username":"owner","password":"old"}', v2: '' })
})

const step = (Step: string): RotationEvent => ({ SecretId: 'arn:secret', ClientRequestToken: 'v2', Step })
const context = { getRemainingTimeInMillis: () => 900_000 }
const called = (): string[] => calls.map(({ what }) => what)

test.each([
  ['AWS::RDS::DBInstance', 'DescribeDBInstances', 'ModifyDBInstance', 'DBInstanceIdentifier'],
  ['AWS::RDS::DBCluster', 'DescribeDBClusters', 'ModifyDBCluster', 'DBClusterIdentifier'],
])('a rotation of an %s changes it and its secret (REC-12, STR-19)', async (type, look, modify, name) => {
  const handler = await load(type)
  for (const each of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) await handler(step(each), context)
  const { password } = JSON.parse(texts['v2'] ?? '') as { password: string }
  expect(password).toMatch(/^[A-Za-z0-9]{32}$/)

  const form = new URLSearchParams(calls.find(({ what }) => what === modify)?.body)
  expect(Object.fromEntries(form)).toMatchObject({
    [name]: 'records-pr1',
    MasterUserPassword: password,
    ApplyImmediately: 'true',
  })
  expect(called()).toContain(look)
  expect(log).toHaveBeenCalledTimes(4)
  expect(JSON.stringify(log.mock.calls)).not.toContain(password)
  expect(JSON.parse(calls.at(-1)?.body ?? '')).toMatchObject({
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: 'v2',
    RemoveFromVersionId: 'v1',
  })
})

test('a schedule that is only set calls nothing that changes', async () => {
  await (
    await load('AWS::RDS::DBInstance')
  )(step('testSecret'), context)
  expect(called().filter((call) => /Modify|Put|Update/.test(call))).toEqual([])
})

test('what RDS refuses fails with its reason, without the password that it quotes', async () => {
  const handler = await load('AWS::RDS::DBInstance')
  await handler(step('createSecret'), context)
  const { password } = JSON.parse(texts['v2'] ?? '') as { password: string }
  refusal = `The password ${password} is weak.`
  const error: Error = await handler(step('setSecret'), context).then(
    () => expect.unreachable('it must fail'),
    (reason: Error) => reason,
  )
  expect(error.message).toBe('The password *** is weak.')
  expect(JSON.stringify([error.name, Object.entries(error), error.stack])).not.toContain(password)
})
