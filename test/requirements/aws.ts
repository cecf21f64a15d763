// Reads an environment from AWS in the form in which the simulator holds it. Reads only; it was never run on AWS.
// Drift detection is the one call that gives the live properties of nearly every type in CloudFormation's own form.
// What it does not support has no properties here, so checks of it fail rather than pass.
import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  GetTemplateCommand,
  paginateDescribeStackResourceDrifts,
  paginateDescribeStacks,
  type Stack as AwsStack,
} from '@aws-sdk/client-cloudformation'
import { connect } from '../../src/lib/aws/connect.ts'
import { realClock } from '../../src/lib/core/clock.ts'
import type { Value } from '../../src/lib/core/model.ts'
import type { Cloud, StackSet } from '../../src/simulator/state.ts'
import { emptyCloud } from '../../src/simulator/store.ts'

const record = (tags: AwsStack['Tags']): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']))

/** The stack sets, stacks and resources of the environment that the outputs name. */
export async function readAccount(outputs: Record<string, string>): Promise<Cloud> {
  const cloud = emptyCloud(Date.now())
  const regions = [outputs.PrimaryRegion, outputs.FailoverRegion].filter((it) => it !== undefined)
  for (const region of regions) await readRegion(cloud, region, outputs)
  const home = outputs.FailoverRegion ?? outputs.PrimaryRegion ?? ''
  const sets = (await connect({ clock: realClock }, home)).stackSets(home)
  const stages = new Set(
    Object.values(cloud.stacks).flatMap(({ name }) => /^StackSet-(dr-.+)-[0-9a-f-]{36}$/.exec(name)?.[1] ?? []),
  )
  for (const name of stages) {
    const set = await sets.describe(name)
    if (!set) continue
    const instances = (await sets.instances(name)).map((it) => ({ ...it, overrides: {} }))
    cloud.stackSets[name] = {
      ...set,
      region: home,
      status: 'ACTIVE',
      capabilities: [],
      operations: [],
      instances,
    } as StackSet
  }
  return cloud
}

async function readRegion(cloud: Cloud, region: string, outputs: Record<string, string>): Promise<void> {
  const client = new CloudFormationClient({ region })
  const own = { System: outputs.System ?? '', EnvironmentSuffix: outputs.EnvironmentSuffix ?? '' }
  const tagged = await (await (await connect({ clock: realClock }, region)).tags(region)).resources(own)
  const arns = tagged.map(({ arn }) => arn)
  for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {}))
    for (const it of Stacks) {
      const tags = record(it.Tags)
      if (tags.System === outputs.System && tags.EnvironmentSuffix === outputs.EnvironmentSuffix)
        await readStack(cloud, client, region, it, arns)
    }
}

async function readStack(
  cloud: Cloud,
  client: CloudFormationClient,
  region: string,
  it: AwsStack,
  tagged: string[],
): Promise<void> {
  const id = it.StackId ?? ''
  const template = await client.send(new GetTemplateCommand({ StackName: id, TemplateStage: 'Original' }))
  cloud.stacks[id] = {
    id,
    name: it.StackName ?? '',
    region,
    status: it.StackStatus ?? 'UNKNOWN',
    createdAt: it.CreationTime?.getTime() ?? 0,
    parentId: it.ParentId,
    template: template.TemplateBody ?? '',
    parameters: {},
    tags: record(it.Tags),
    capabilities: [],
    outputs: {},
    resources: {},
    events: [],
  }
  const { System = '', EnvironmentSuffix = '' } = cloud.stacks[id].tags
  const own = { System, EnvironmentSuffix }
  await detectDrift(client, id)
  for await (const { StackResourceDrifts = [] } of paginateDescribeStackResourceDrifts({ client }, { StackName: id }))
    for (const drift of StackResourceDrifts) {
      const type = drift.ResourceType ?? ''
      const physicalId = drift.PhysicalResourceId ?? ''
      const isGlobal = /^AWS::(IAM|Route53)::|^AWS::CloudWatch::Dashboard$/.test(type)
      cloud.resources[`${region}|${type}|${physicalId}|${drift.LogicalResourceId ?? ''}`] = {
        type,
        physicalId,
        region: isGlobal ? 'global' : region,
        properties: JSON.parse(drift.ActualProperties ?? '{}') as Record<string, Value>,
        attributes: {},
        // By the tagging API: tags of the stack prove nothing about what it made.
        tags: tagged.some(
          (arn) => arn === physicalId || arn.endsWith(`/${physicalId}`) || arn.endsWith(`:${physicalId}`),
        )
          ? own
          : {},
        createdAt: 0,
        stackId: id,
      }
    }
}

async function detectDrift(client: CloudFormationClient, id: string): Promise<void> {
  const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName: id }))
  for (;;) {
    const seen = await client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }))
    if (seen.DetectionStatus === 'DETECTION_COMPLETE') return
    if (seen.DetectionStatus === 'DETECTION_FAILED')
      throw new Error(`${id}: ${seen.DetectionStatusReason ?? 'no reason'}`)
    await realClock.sleep(5_000)
  }
}
