// Route 53: zones, health checks and what its name servers answer. It is global: every region's client sees the same.
import {
  type GetHealthCheckCommandInput,
  type GetHealthCheckStatusCommandInput,
  HealthCheckVersionMismatch,
  NoSuchHealthCheck,
  NoSuchHostedZone,
  type TestDNSAnswerCommandInput,
  type UpdateHealthCheckCommandInput,
} from '@aws-sdk/client-route-53'

import type { Answers, Call } from '../answer.ts'
import { zoneBy } from '../endpoints.ts'
import { answerName, configOf, invert, isEndpointWell } from '../data/health.ts'
import { existing, text, texts } from '../existing.ts'
import type { Resource } from '../state.ts'
import { said } from '../said.ts'

/** The regions from which Route 53 looks, two checkers in each. */
const places = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
]

function required({ cloud }: Call, id = ''): Resource {
  const check = existing(cloud, 'global', 'AWS::Route53::HealthCheck', id)
  if (check) return check
  throw new NoSuchHealthCheck(said(`A health check with id ${id} does not exist.`))
}

function requiredZone({ cloud }: Call, id = ''): Resource {
  const zone = zoneBy(cloud, id)
  if (zone) return zone
  throw new NoSuchHostedZone(said(`No hosted zone found with ID: ${id}`))
}

const versionOf = ({ state }: Resource): number => Number(state?.version ?? 1)

/** Templates may write numbers and truths as text. */
function view(check: Resource): object {
  const config = configOf(check)
  const numbers = new Set(['Port', 'RequestInterval', 'FailureThreshold', 'HealthThreshold'])
  const truths = new Set(['Inverted', 'Disabled', 'EnableSNI', 'MeasureLatency'])
  const typed = Object.entries(config).map(([name, value]) => {
    if (numbers.has(name)) return [name, Number(value)]
    return [name, truths.has(name) ? text(value) === 'true' : value]
  })
  return {
    Id: check.physicalId,
    CallerReference: check.physicalId,
    HealthCheckConfig: { Inverted: false, Disabled: false, ...Object.fromEntries(typed) },
    HealthCheckVersion: versionOf(check),
  }
}

/** Route 53, by command. */
export const answers: Answers = {
  GetHealthCheckCommand: ({ HealthCheckId }: GetHealthCheckCommandInput, call: Call) => ({
    HealthCheck: view(required(call, HealthCheckId)),
  }),
  UpdateHealthCheckCommand: (input: UpdateHealthCheckCommandInput, call: Call) => {
    const { HealthCheckId, HealthCheckVersion, ...config } = input
    const check = required(call, HealthCheckId)
    if (HealthCheckVersion !== undefined && HealthCheckVersion !== versionOf(check)) {
      const message = `The value of HealthCheckVersion is ${HealthCheckVersion}, the check's is ${versionOf(check)}.`
      throw new HealthCheckVersionMismatch(said(message))
    }
    const before = text(configOf(check).Inverted) === 'true'
    const after = config.Inverted === undefined ? before : String(config.Inverted) === 'true'
    const known = { ...(check.state?.config as object | undefined), ...config }
    check.state = { ...check.state, config: known as never, version: versionOf(check) + 1 }
    if (after !== before) invert(check, call.now, after)
    return { HealthCheck: view(check) }
  },
  // What the checkers saw: they do not know that the status is turned round [?].
  GetHealthCheckStatusCommand: ({ HealthCheckId }: GetHealthCheckStatusCommandInput, call: Call) => {
    const check = required(call, HealthCheckId)
    const Status = isEndpointWell(check, call.now)
      ? 'Success: HTTP Status Code 200, OK'
      : 'Failure: HTTP Status Code 503, Service Unavailable. Resolved IP: 198.51.100.1'
    const CheckedTime = new Date(call.now - (call.now % 30_000))
    const HealthCheckObservations = places.flatMap((Region, index) =>
      [1, 2].map((checker) => ({
        Region,
        IPAddress: `203.0.113.${index * 2 + checker}`,
        StatusReport: { Status, CheckedTime },
      })),
    )
    return { HealthCheckObservations }
  },
  TestDNSAnswerCommand: (
    { HostedZoneId, RecordName = '', RecordType = 'CNAME' }: TestDNSAnswerCommandInput,
    call: Call,
  ) => {
    const zone = requiredZone(call, HostedZoneId)
    const RecordData = answerName(call.cloud, zone.physicalId, RecordName, RecordType)
    const ResponseCode = RecordData.length > 0 ? 'NOERROR' : 'NXDOMAIN'
    return {
      Nameserver: texts(zone.attributes.NameServers)[0],
      RecordName,
      RecordType,
      RecordData,
      ResponseCode,
      Protocol: 'UDP',
    }
  },
}
