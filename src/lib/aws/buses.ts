// EventBridge: global endpoints, which lead events to one of two buses.
import { DescribeEndpointCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

export interface EndpointView {
  /** In AWS's words, such as ACTIVE. */
  state: string
  /** The health check that decides: events go to the endpoint's own region while it is healthy. */
  check: string
  /** The region that takes them otherwise. */
  secondary: string
  /** Events go to both buses. */
  replicates: boolean
}

/** Endpoints of one region. */
export class Buses {
  private readonly client: EventBridgeClient
  constructor(make: MakeClient) {
    this.client = make(EventBridgeClient)
  }

  /** An endpoint of this region; undefined when there is none of that name. */
  async endpoint(name: string): Promise<EndpointView | undefined> {
    const it = await absent(this.client.send(new DescribeEndpointCommand({ Name: name })), 'ResourceNotFound')
    const { Primary, Secondary } = it?.RoutingConfig?.FailoverConfig ?? {}
    return (
      it && {
        state: it.State ?? '',
        check: Primary?.HealthCheck?.replace(/^.*healthcheck\//, '') ?? '',
        secondary: Secondary?.Route ?? '',
        replicates: it.ReplicationConfig?.State === 'ENABLED',
      }
    )
  }
}
