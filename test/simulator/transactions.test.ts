// The real transactions templates, all four stages, through plain SDK calls: what dr will do, without dr.
import {
  CreateStackCommand,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackInstanceCommand,
  ListStackSetOperationResultsCommand,
} from '@aws-sdk/client-cloudformation'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { System } from '../../src/lib/core/model.ts'
import { loadSystem } from '../../src/lib/load/system.ts'
import { packageSystem, packageTemplate } from '../../src/lib/templates/package.ts'
import { simulatedAccount, type Account } from './account.ts'
import { account, parameters, roles } from './stacksets.ts'

const regions = { primary: 'us-east-1', failover: 'us-west-2' } as const
type Side = keyof typeof regions
const sides = Object.keys(regions) as Side[]
const admin = regions.failover
const suffix = 'a'

async function bootstrap(it: Account): Promise<void> {
  const { body } = await packageTemplate(resolve('cfn/bootstrap.yaml'))
  for (const region of Object.values(regions)) {
    const input = { StackName: 'dr-bootstrap', TemplateBody: body, Capabilities: ['CAPABILITY_NAMED_IAM' as const] }
    const Parameters = parameters({ CreateRoles: String(region === admin) })
    await it.client(region).send(new CreateStackCommand({ ...input, Parameters }))
    expect((await it.settled('dr-bootstrap', region)).StackStatus).toBe('CREATE_COMPLETE')
  }
  const StackName = 'dr-rights-transactions'
  const rights = await packageTemplate(resolve('cfn/systems/transactions/rights.yaml'))
  const input = { StackName, TemplateBody: rights.body, Capabilities: ['CAPABILITY_NAMED_IAM' as const] }
  await it.client(admin).send(new CreateStackCommand(input))
  expect((await it.settled(StackName, admin)).StackStatus).toBe('CREATE_COMPLETE')
}

async function upload(it: Account, system: System): Promise<Record<string, { body: string; url: string }>> {
  const { stages, artifacts } = await packageSystem(system)
  for (const region of Object.values(regions)) {
    const s3 = new S3Client({ region, credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' } })
    it.simulator.plug(s3)
    for (const { key, bytes } of artifacts) {
      await s3.send(new PutObjectCommand({ Bucket: `dr-artifacts-${account}-${region}`, Key: key, Body: bytes }))
    }
  }
  const url = (key: string): string => `https://dr-artifacts-${account}-${admin}.s3.${admin}.amazonaws.com/${key}`
  return Object.fromEntries(Object.entries(stages).map(([name, { body, key }]) => [name, { body, url: url(key) }]))
}

test('all stages of the transactions system are created in both regions and removed without a trace', async () => {
  const it = simulatedAccount()
  await bootstrap(it)
  const bare = Object.keys(it.simulator.inspect().resources)
  const system = loadSystem(resolve('cfn'), 'transactions')
  const packaged = await upload(it, system)
  const client = it.client(admin)
  const outputs: Record<string, string | undefined> = {}
  const started = it.simulator.clock.now()

  const operate = async (StackSetName: string, OperationId: string): Promise<void> => {
    const status = await it.operated(StackSetName, OperationId, admin)
    const { Summaries } = await client.send(new ListStackSetOperationResultsCommand({ StackSetName, OperationId }))
    expect({ StackSetName, status, reasons: Summaries?.map(({ StatusReason }) => StatusReason) }).toEqual({
      StackSetName,
      status: 'SUCCEEDED',
      reasons: Summaries?.map(() => undefined),
    })
  }
  for (const stage of system.stages) {
    const StackSetName = `dr-${system.name}-${stage.name}-${suffix}`
    const { body = '', url = '' } = packaged[stage.name] ?? {}
    const given: Record<string, string> = {
      EnvironmentSuffix: suffix,
      System: system.name,
      PrimaryRegion: regions.primary,
      FailoverRegion: regions.failover,
      ...Object.fromEntries(
        Object.entries(system.scales.small)
          .filter(([key]) => key.startsWith(`${stage.name}.`))
          .map(([key, value]) => [key.slice(stage.name.length + 1), value]),
      ),
    }
    const value = (from: { stage: string; role: string; output: string }): string =>
      outputs[`${from.stage}.${from.role}.${from.output}`] ?? ''
    for (const [key, from] of Object.entries(stage.inputs)) given[key] = value(from)
    const declared = (JSON.parse(body) as { Parameters: object }).Parameters
    const known = Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(declared, key)))
    await client.send(
      new CreateStackSetCommand({
        StackSetName,
        TemplateURL: url,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: parameters(known),
        ...roles,
      }),
    )
    for (const [step, members] of stage.steps.entries()) {
      const own = Object.entries(stage.overrides[members[0] ?? 'standalone'] ?? {})
      const overrides = Object.fromEntries(own.map(([key, from]) => [key, value(from)]))
      await client.send(
        new CreateStackInstancesCommand({
          StackSetName,
          Accounts: [account],
          Regions: members.map((side) => regions[side as Side]),
          OperationId: `create-${step}`,
          OperationPreferences: { RegionConcurrencyType: 'PARALLEL' },
          ...(own.length > 0 ? { ParameterOverrides: parameters(overrides) } : {}),
        }),
      )
      await operate(StackSetName, `create-${step}`)
      for (const side of members as Side[]) {
        const where = { StackSetName, StackInstanceAccount: account, StackInstanceRegion: regions[side] }
        const { StackInstance } = await client.send(new DescribeStackInstanceCommand(where))
        const stack = await it.settled(StackInstance?.StackId ?? '', regions[side])
        for (const { OutputKey, OutputValue } of stack.Outputs ?? []) {
          outputs[`${stage.name}.${side}.${OutputKey}`] = OutputValue
        }
      }
    }
    for (const { from } of stage.outputs) expect(value(from), JSON.stringify(from)).not.toBe('')
  }
  const minutes = (it.simulator.clock.now() - started) / 60_000
  expect(minutes).toBeGreaterThan(10)
  expect(minutes).toBeLessThan(22)

  for (const stage of [...system.stages].reverse()) {
    const StackSetName = `dr-${system.name}-${stage.name}-${suffix}`
    for (const [step, members] of [...stage.steps.entries()].reverse()) {
      await client.send(
        new DeleteStackInstancesCommand({
          StackSetName,
          Accounts: [account],
          Regions: members.map((side) => regions[side as Side]),
          RetainStacks: false,
          OperationId: `delete-${step}`,
          OperationPreferences: { RegionConcurrencyType: 'PARALLEL' },
        }),
      )
      await operate(StackSetName, `delete-${step}`)
    }
    await client.send(new DeleteStackSetCommand({ StackSetName }))
  }
  const left = Object.values(it.simulator.inspect().resources)
    .filter(({ type, physicalId, region }) => !bare.includes(`${region}|${type}|${physicalId}`))
    .map(({ type, pendingUntil }) => `${type}${pendingUntil === undefined ? '' : ' pending'}`)
  expect(left).toEqual(sides.map(() => 'AWS::KMS::Key pending'))
})
