// A deployed system in the hands of its runbooks: the simulated account itself, gone on with from event to event.
import { advance } from '../../../src/simulator/advance.ts'
import type { Moment } from '../../../src/simulator/answer.ts'
import type { Fault } from '../../../src/simulator/faults.ts'
import { watch } from '../../../src/simulator/data/health.ts'
import { answers } from '../../../src/simulator/services/index.ts'
import type { Cloud } from '../../../src/simulator/state.ts'

export const [east, west] = ['us-east-1', 'us-west-2'] as const
export const minute = 60_000

export interface Place {
  moment: Moment & { faults: Fault[] }
  /** An output of the deployed system. */
  value: (name: string) => string
  call: (region: string, command: string, input: object) => Record<string, unknown>
}

/** What runbooks ask, and the health checks that name servers follow. */
const services = /^AWS::(ApiGatewayV2|DynamoDB|IAM|KMS|Lambda|RDS|Route53|SNS|SSM|SecretsManager)::/

/** A copy for one execution, which is small enough to be made for hundreds. */
export function placeOf(from: Cloud, outputs: Record<string, string>): Place {
  const { stacks, stackSets, buckets, resources, ...rest } = from
  const asked = Object.fromEntries(Object.entries(resources).filter(([, { type }]) => services.test(type)))
  const cloud = { ...structuredClone({ ...rest, resources: asked }), stacks, stackSets, buckets }
  const moment = { cloud, faults: [] }
  return {
    moment,
    value: (name) => {
      const found = outputs[name]
      if (found === undefined) throw new Error(`the system has no output ${name}`)
      return found
    },
    call: (region, command, input) => {
      const answer = answers[`${command}Command`]
      if (!answer) throw new Error(`the simulator does not know ${command}`)
      const { cloud, faults } = moment
      const given = answer(input as never, { cloud, faults, region, now: cloud.now })
      watch(moment)
      return given as Record<string, unknown>
    },
  }
}

/** Lets so long pass, ms. */
export const pass = ({ moment }: Place, time: number): void => void advance(moment, moment.cloud.now + time)

/** Lets time pass until the next thing happens; false when nothing is to happen any more. */
export function next({ moment }: Place): boolean {
  const times = moment.cloud.tasks.map(({ at }) => at)
  if (times.length > 0) advance(moment, Math.min(...times))
  return times.length > 0
}

/** Whether the health checks of primary and failover are turned round. */
export const inverted = ({ call, value }: Place): boolean[] =>
  ['PrimaryHealthCheckId', 'FailoverHealthCheckId'].map((id) => {
    const { HealthCheck } = call(east, 'GetHealthCheck', { HealthCheckId: value(id) })
    return (HealthCheck as { HealthCheckConfig: { Inverted?: boolean } }).HealthCheckConfig.Inverted === true
  })

/** The host that the system's name leads to. */
export function name({ call, value }: Place): string | undefined {
  const asked = { HostedZoneId: value('HostedZoneId'), RecordName: value('RecordName'), RecordType: 'CNAME' }
  return (call(east, 'TestDNSAnswer', asked)['RecordData'] as string[] | undefined)?.[0]
}

export const hasDatabase = ({ value }: Place): boolean => value('System') === 'payments'

interface Global {
  Status: string
  GlobalClusterMembers: { DBClusterArn: string; IsWriter: boolean }[]
}

/** How the global database stands, and the regions that write. */
export function writers({ call, value }: Place): { status: string; members: number; regions: string[] } {
  const asked = { GlobalClusterIdentifier: value('GlobalClusterIdentifier') }
  const [one] = call(east, 'DescribeGlobalClusters', asked)['GlobalClusters'] as Global[]
  const members = one?.GlobalClusterMembers ?? []
  const regions = members.flatMap(({ IsWriter, DBClusterArn }) => (IsWriter ? (DBClusterArn.split(':')[3] ?? '') : []))
  return { status: one?.Status ?? 'none', members: members.length, regions }
}

/** Subjects of what the people on call were told, in order. */
export const told = ({ moment }: Place): string[] =>
  Object.values(moment.cloud.resources)
    .filter(({ type }) => type === 'AWS::SNS::Topic')
    .flatMap(({ state }) => (state?.['told'] as { subject: string }[] | undefined) ?? [])
    .map(({ subject }) => subject)

/** The primary's function, which a drill may switch off; `undefined` reserves nothing. */
export const reserved = ({ call, value }: Place): unknown =>
  call(east, 'GetFunctionConcurrency', { FunctionName: value('PrimaryFunctionName') })['ReservedConcurrentExecutions']
