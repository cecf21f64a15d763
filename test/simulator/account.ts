// A simulated account for tests: one client per region, and waiting for the end of what was started.
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  DescribeStackSetOperationCommand,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation'
import type { Fault } from '../../src/simulator/faults.ts'
import { memorySimulator, type Simulator } from '../../src/simulator/index.ts'
import { patientRetry } from '../../src/lib/aws/retry.ts'

export interface Account {
  simulator: Simulator
  client(region?: string): CloudFormationClient
  /** Waits for the stack's present operation to end. */
  settled(stack: string, region?: string): Promise<Stack>
  /** `logical id STATUS: reason`, oldest first. */
  story(stack: string, region?: string): Promise<string[]>
  /** Waits for an operation of a stack set to end, and gives its status. */
  operated(set: string, operation: string, region?: string): Promise<string>
  /** Puts a template into a bucket of the region and gives its URL. */
  upload(name: string, template: object, region?: string): string
}

export const home = 'us-east-1'

export function simulatedAccount(faults: Fault[] = [], simulator: Simulator = memorySimulator({ faults })): Account {
  const clients = new Map<string, CloudFormationClient>()
  const client = (region = home): CloudFormationClient => {
    const known = clients.get(region)
    if (known) return known
    const made = new CloudFormationClient({
      region,
      credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
      retryStrategy: patientRetry(simulator.clock, () => 0.5),
    })
    simulator.plug(made)
    clients.set(region, made)
    return made
  }
  return {
    simulator,
    client,
    settled: async (StackName, region) => {
      for (let round = 0; round < 2000; round++) {
        const { Stacks } = await client(region).send(new DescribeStacksCommand({ StackName }))
        const stack = Stacks?.[0]
        if (stack && !stack.StackStatus?.endsWith('_IN_PROGRESS')) return stack
        await simulator.clock.sleep(5_000)
      }
      throw new Error(`${StackName} did not settle`)
    },
    story: async (StackName, region) => {
      const events: StackEvent[] = []
      for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
        const page = await client(region).send(new DescribeStackEventsCommand({ StackName, NextToken }))
        events.push(...(page.StackEvents ?? []))
        NextToken = page.NextToken
      }
      return events.reverse().map((event) => {
        const reason = event.ResourceStatusReason ? `: ${event.ResourceStatusReason}` : ''
        return `${event.LogicalResourceId} ${event.ResourceStatus}${reason}`
      })
    },
    operated: async (StackSetName, OperationId, region) => {
      for (let round = 0; round < 2000; round++) {
        const input = { StackSetName, OperationId }
        const { StackSetOperation } = await client(region).send(new DescribeStackSetOperationCommand(input))
        const status = StackSetOperation?.Status ?? ''
        if (!['RUNNING', 'QUEUED', 'STOPPING'].includes(status)) return status
        await simulator.clock.sleep(5_000)
      }
      throw new Error(`${OperationId} of ${StackSetName} did not end`)
    },
    upload: (name, template, region = home) => {
      const bucket = `templates-${region}`
      simulator.change((cloud) => {
        const version = { key: name, versionId: '1', at: cloud.now, etag: '"1"', body: JSON.stringify(template) }
        const empty = { name: bucket, region, createdAt: cloud.now, versioning: 'Off' as const, tags: {}, uploads: [] }
        const known = (cloud.buckets[bucket] ??= { ...empty, versions: [] })
        known.versions.push(version)
      })
      return `https://${bucket}.s3.${region}.amazonaws.com/${name}`
    },
  }
}
