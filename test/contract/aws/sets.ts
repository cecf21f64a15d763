// Stack sets that contracts need: the two roles, a set, its operations, and taking them away.
import {
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackInstanceCommand,
  DescribeStackSetOperationCommand,
  ListStackInstancesCommand,
  ListStackSetOperationResultsCommand,
  type CreateStackSetCommandInput,
  type StackInstance,
} from '@aws-sdk/client-cloudformation'
import { given, NotShown, type Refusal } from './rule.ts'
import { madeStack, oneParameter } from './stacks.ts'
import type { World } from './world.ts'

interface Roles {
  AdministrationRoleARN: string
  ExecutionRoleName: string
}

const may = (...rights: [string, string][]): object => ({
  Version: '2012-10-17',
  Statement: rights.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
})

const trusts = (Principal: object): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
})

/**
 * The two roles of self-managed permissions, which all rules of the run share.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
 */
export const roles = (world: World): Promise<Roles> =>
  world.shared('roles', async (common) => {
    const { account } = common.target
    const [administration, execution] = [common.name('administration'), common.name('execution')]
    const arn = `arn:aws:iam::${account}:role/${execution}`
    const policy = (PolicyName: string, PolicyDocument: object): object[] => [{ PolicyName, PolicyDocument }]
    const Resources = {
      Administration: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: administration,
          AssumeRolePolicyDocument: trusts({ Service: 'cloudformation.amazonaws.com' }),
          Policies: policy('assume', may(['sts:AssumeRole', arn])),
        },
      },
      Execution: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: execution,
          AssumeRolePolicyDocument: trusts({ AWS: { 'Fn::GetAtt': ['Administration', 'Arn'] } }),
          Policies: policy(
            'deploy',
            may(
              ['cloudformation:*', `arn:aws:cloudformation:*:${account}:stack/StackSet-dr-contract-*`],
              ['ssm:*', `arn:aws:ssm:*:${account}:parameter/dr-contract-*`],
            ),
          ),
        },
      },
    }
    await madeStack(common, {
      StackName: common.name('roles'),
      TemplateBody: JSON.stringify({ Resources }),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    })
    // Other services see a new role some seconds later.
    await common.target.sleep(15_000)
    return { AdministrationRoleARN: `arn:aws:iam::${account}:role/${administration}`, ExecutionRoleName: execution }
  })

/** A role that trusts another service and no role; gives its name. */
export async function strangerRole(world: World): Promise<string> {
  const RoleName = world.name('stranger')
  const Properties = { RoleName, AssumeRolePolicyDocument: trusts({ Service: 'ec2.amazonaws.com' }) }
  await madeStack(world, {
    StackName: world.name('stranger'),
    TemplateBody: JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties } } }),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  })
  return RoleName
}

/** What a set of one parameter is made with. It is taken away at the end, whether or not it is made. */
export async function wantedSet(world: World): Promise<CreateStackSetCommandInput & Roles & { StackSetName: string }> {
  const both = await roles(world)
  const StackSetName = world.name('set')
  world.cleanup(`stack set ${StackSetName}`, () => removeSet(world, StackSetName))
  return { StackSetName, TemplateBody: oneParameter(world.name('parameter')), ...both }
}

/** A set without instances. */
export async function madeSet(world: World): Promise<Awaited<ReturnType<typeof wantedSet>> & { id: string }> {
  const input = await wantedSet(world)
  const send = () => world.cloudformation.send(new CreateStackSetCommand(input))
  const { StackSetId: id = '' } = await given(`stack set ${input.StackSetName}`, send)
  return { ...input, id }
}

/** The status with which an operation ends. */
export async function operated(world: World, StackSetName: string, OperationId: string): Promise<string> {
  const input = { StackSetName, OperationId }
  const look = async (): Promise<string> => {
    const answer = await world.cloudformation.send(new DescribeStackSetOperationCommand(input))
    return answer.StackSetOperation?.Status ?? ''
  }
  return world.until(
    `the end of ${OperationId}`,
    look,
    (status) => !['QUEUED', 'RUNNING', 'STOPPING', ''].includes(status),
  )
}

/** One instance in the region of the target. New roles take AWS a while to see: so it is tried again where they are missing. */
export const withInstance = (world: World, StackSetName: string): Promise<void> =>
  given(`an instance of ${StackSetName}`, async () => {
    const { account, region, sleep } = world.target
    let why = ''
    for (let attempt = 1; attempt <= 6; attempt++) {
      const begin = new CreateStackInstancesCommand({ StackSetName, Accounts: [account], Regions: [region] })
      const { OperationId = '' } = await world.cloudformation.send(begin)
      if ((await operated(world, StackSetName, OperationId)) === 'SUCCEEDED') return
      const results = new ListStackSetOperationResultsCommand({ StackSetName, OperationId })
      const { Summaries } = await world.cloudformation.send(results)
      why = Summaries?.[0]?.StatusReason ?? ''
      if (!why.includes('role')) break
      await sleep(10_000)
    }
    throw new NotShown(`an instance of ${StackSetName} could not be prepared: ${why}`)
  })

/** What the set says of its instance in the region of the target. */
export async function instanceIn(world: World, StackSetName: string): Promise<Partial<StackInstance>> {
  const { account: StackInstanceAccount, region: StackInstanceRegion } = world.target
  const input = { StackSetName, StackInstanceAccount, StackInstanceRegion }
  const answer = await world.cloudformation.send(new DescribeStackInstanceCommand(input))
  return answer.StackInstance ?? {}
}

/** Deletes all instances of a set with their stacks; gives the status of the operation. */
export async function withoutInstances(world: World, StackSetName: string, RetainStacks = false): Promise<string> {
  const { account, region } = world.target
  const all = { StackSetName, Accounts: [account], Regions: [region], RetainStacks }
  const { OperationId = '' } = await world.cloudformation.send(new DeleteStackInstancesCommand(all))
  return operated(world, StackSetName, OperationId)
}

/** Deletes a set; an operation that has just ended may keep it for a moment. */
export async function deleteSet(world: World, StackSetName: string): Promise<void> {
  await world.until(
    `the deletion of ${StackSetName}`,
    () =>
      world.cloudformation.send(new DeleteStackSetCommand({ StackSetName })).catch((error: Refusal) => {
        if (error.name !== 'OperationInProgressException') throw error
        return undefined
      }),
    (answer) => answer !== undefined,
  )
}

/** Deletes the set of that name with its instances; a second one has the name only where a rule is broken. */
async function removeSet(world: World, StackSetName: string): Promise<void> {
  for (let round = 0; round < 3; round++) {
    if (!(await removeOne(world, StackSetName))) return
  }
}

/** Whether there was a set to delete. */
async function removeOne(world: World, StackSetName: string): Promise<boolean> {
  const instances = await world.cloudformation
    .send(new ListStackInstancesCommand({ StackSetName }))
    .catch((error: Refusal) => {
      if (error.name === 'StackSetNotFoundException') return undefined
      throw error
    })
  if (!instances) return false
  if (instances.Summaries?.length) await withoutInstances(world, StackSetName)
  await deleteSet(world, StackSetName)
  return true
}
