// A region that there is not has no host: calls to it end as they do on AWS, before any service answers.
import { readFileSync } from 'node:fs'
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { regions } from '../../src/simulator/regions.ts'
import { memorySimulator, type Pluggable } from '../../src/simulator/index.ts'

const simulator = memorySimulator()

function client<C extends Pluggable>(Client: new (config: never) => C, region: string): C {
  const made = new Client({ region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 } as never)
  simulator.plug(made)
  return made
}

test('a call to a region that there is not fails as its host does not resolve', async () => {
  const asked = client(CloudFormationClient, 'us-east-9').send(new ListStacksCommand({}))
  await expect(asked).rejects.toMatchObject({
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: 'cloudformation.us-east-9.amazonaws.com',
    message: 'getaddrinfo ENOTFOUND cloudformation.us-east-9.amazonaws.com',
  })
  await expect(client(CloudFormationClient, 'us-east-2').send(new ListStacksCommand({}))).resolves.toBeDefined()
})

test('IAM has one host for all regions and answers whatever region is set', async () => {
  const asked = client(IAMClient, 'us-east-9').send(new GetRoleCommand({ RoleName: 'none' }))
  await expect(asked).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('the regions are those that the SDK knows', () => {
  const path = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js'
  const found = [...readFileSync(path, 'utf8').matchAll(/"([a-z]+(?:-[a-z]+)+-\d+)":/g)].map(([, name]) => name)
  expect(found.length).toBeGreaterThan(40)
  expect(regions.toSorted()).toEqual(found.filter((name) => !/-iso/.test(name ?? '')).toSorted())
})
