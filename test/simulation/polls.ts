// What it costs to follow one operation: calls to AWS per poll, by stack instances in progress and by their events.
import type { Context } from '../../src/lib/execute/actions/action.ts'
import { follow } from '../../src/lib/execute/actions/follow.ts'
import { total } from '../../src/lib/aws/calls.ts'
import { administrationRole, executionRole, objectUrl, roleArn } from '../../src/lib/core/names.ts'
import { type Account, copyOf } from '../cloud.ts'

export interface Polls {
  instances: number
  /** Resources of each instance's stack; each makes three events. */
  resources: number
  polls: number
  /** Most calls of one poll. */
  most: number
  /** Most calls that one poll made for the events of stacks. */
  events: number
}

const page = 100

/** Follows the creation of one stack in each of so many regions. */
export async function followed(ready: Account, instances: number, resources: number): Promise<Polls> {
  const it = copyOf(ready)
  const { aws, home, target, buckets } = await it.target()
  const [set, id, key] = ['dr-polls-pr123', 'polls-1', 'cfn/polls.json']
  const bucket = buckets[home] ?? ''
  await aws.objects(home).put(bucket, key, template(resources))
  await aws.stackSets(home).create(set, {
    templateUrl: objectUrl(bucket, home, key, aws.partition),
    parameters: {},
    tags: {},
    administrationRoleArn: roleArn(administrationRole, aws.partition, aws.account),
    executionRoleName: executionRole,
  })
  const regions = Array.from({ length: instances }, (_, index) => `xx-region-${index + 1}`)
  // Regions of nobody count as opt-in: the administration role must trust each.
  it.simulator.change((cloud) => {
    cloud.regions = regions
    const role = cloud.resources[`global|AWS::IAM::Role|${administrationRole}`]
    const Service = [
      'cloudformation.amazonaws.com',
      ...regions.map((region) => `cloudformation.${region}.amazonaws.com`),
    ]
    Object.assign(role?.properties ?? {}, {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] },
    })
  })
  await aws.stackSets(home).createInstances(set, { account: aws.account, regions, operationId: id })
  const counted: { all: number; events: number }[] = []
  const keep = async (): Promise<void> =>
    void counted.push({ all: total(aws.calls.reading), events: aws.calls.reading['DescribeStackEvents'] ?? 0 })
  await keep()
  const context: Context = {
    aws,
    target,
    home,
    keep,
    hold: keep,
    patienceMs: 3_600_000,
    stopOnLeaving: false,
    signal: new AbortController().signal,
  }
  const steps = follow(context, { stage: 'polls', set, id, totals: {} })
  for (let step = await steps.next(); ; step = await steps.next())
    if (step.done) {
      if (step.value.operation.status !== 'SUCCEEDED')
        throw new Error(`the operation ended ${step.value.operation.status}`)
      break
    }
  const most = (of: 'all' | 'events'): number =>
    Math.max(...counted.slice(1).map((now, at) => now[of] - counted[at]![of]))
  return { instances, resources, polls: counted.length - 1, most: most('all'), events: most('events') }
}

/** Topics one after another, so that their events come poll by poll. */
const template = (resources: number): string =>
  JSON.stringify({
    Resources: Object.fromEntries(
      Array.from({ length: resources }, (_, index) => [
        `Topic${index}`,
        { Type: 'AWS::SNS::Topic', ...(index >= page ? { DependsOn: `Topic${index - page}` } : {}) },
      ]),
    ),
  })

/** As a line for people. */
export const said = ({ instances, resources, polls, most, events }: Polls): string =>
  `${instances} instances of ${resources} resources: ${polls} polls, at most ${most} calls in one, ${events} of them for events`
