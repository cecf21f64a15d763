// Route 53: health checks, and what a zone's own name servers answer. A global service: it is asked in its one region.
import {
  GetHealthCheckCommand,
  GetHealthCheckStatusCommand,
  Route53Client,
  type RRType,
  TestDNSAnswerCommand,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53'
import type { MakeClient } from './connect.ts'

import { absent } from './shape.ts'

export interface HealthCheck {
  id: string
  /** Grows with each change: a change that names it is refused when somebody else made one since. */
  version: number
  /** Its status is turned round. */
  inverted: boolean
  /** Always counts as healthy, so that it fails nothing over. */
  disabled: boolean
  host: string
  path: string
}

/** What the checkers around the world saw of the endpoint; an inversion is not in it. */
export interface CheckStatus {
  healthy: number
  asked: number
  /** The newest report; undefined when there is none. */
  at?: number
}

/** Names and health checks. */
export class Dns {
  private readonly client: Route53Client
  constructor(make: MakeClient) {
    this.client = make(Route53Client)
  }

  /** A health check; undefined when there is none of that id. */
  async check(id: string): Promise<HealthCheck | undefined> {
    const answer = await absent(this.client.send(new GetHealthCheckCommand({ HealthCheckId: id })), 'NoSuchHealthCheck')
    const found = answer?.HealthCheck
    if (!found) return undefined
    const config = found.HealthCheckConfig ?? { Type: undefined }
    return {
      id,
      version: found.HealthCheckVersion ?? 1,
      inverted: config.Inverted ?? false,
      disabled: config.Disabled ?? false,
      host: config.FullyQualifiedDomainName ?? '',
      path: config.ResourcePath ?? '/',
    }
  }

  /** Turns a check round, or back. Throws HealthCheckVersionMismatch when it was changed since that version. */
  async invert(id: string, inverted: boolean, version?: number): Promise<void> {
    const input = {
      HealthCheckId: id,
      Inverted: inverted,
      ...(version !== undefined && { HealthCheckVersion: version }),
    }
    await this.client.send(new UpdateHealthCheckCommand(input))
  }

  /** How many checkers find the endpoint well. */
  async status(id: string): Promise<CheckStatus> {
    const answer = await this.client.send(new GetHealthCheckStatusCommand({ HealthCheckId: id }))
    const seen = answer.HealthCheckObservations ?? []
    const healthy = seen.filter(({ StatusReport }) => StatusReport?.Status?.startsWith('Success')).length
    const times = seen.flatMap(({ StatusReport }) => StatusReport?.CheckedTime?.getTime() ?? [])
    return { healthy, asked: seen.length, ...(times.length > 0 && { at: Math.max(...times) }) }
  }

  /** What a public zone answers now, by Route 53's own word and without a resolver between. */
  async answer(zone: string, name: string, type: RRType = 'CNAME'): Promise<string[]> {
    const input = { HostedZoneId: zone, RecordName: name, RecordType: type }
    const { RecordData = [] } = await this.client.send(new TestDNSAnswerCommand(input))
    return RecordData.map((host) => host.replace(/\.$/, ''))
  }
}
