// EventBridge: global endpoints, which lead events to one of two buses, and events of our own. Calls to an endpoint are
// signed for all regions at once (SigV4a): the SDK finds its signer for that by the import, nothing else does.
import '@aws-sdk/signature-v4a'
import { DescribeEndpointCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

interface EndpointView {
  /** In AWS's words, such as ACTIVE. */
  state: string
  /** The health check that decides: events go to the endpoint's own region while it is healthy. */
  check: string
  /** The region that takes them otherwise. */
  secondary: string
  /** Events go to both buses. */
  replicates: boolean
}

/** An event of our own; `detail` is what rules match and consumers read. */
interface OwnEvent {
  source: string
  type: string
  detail: Record<string, unknown>
}

/** Endpoints and buses of one region. */
export class Buses {
  private readonly client: EventBridgeClient
  /** It does not repeat: a call may have had its effect. */
  private readonly once: EventBridgeClient
  constructor(make: MakeClient) {
    this.client = make(EventBridgeClient)
    this.once = make(EventBridgeClient, 'once')
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

  /**
   * Puts one event on a bus, once: on that of this region, or where a global endpoint leads, given by its id.
   * Throws what EventBridge says, also what it says of the entry.
   */
  async put(bus: string, event: OwnEvent, signal?: AbortSignal, endpoint?: string): Promise<void> {
    const { source, type, detail } = event
    const entry = { EventBusName: bus, Source: source, DetailType: type, Detail: JSON.stringify(detail) }
    const command = new PutEventsCommand({ Entries: [entry], ...(endpoint !== undefined && { EndpointId: endpoint }) })
    const answer = await this.once.send(command, signal ? { abortSignal: signal } : {})
    const { ErrorCode, ErrorMessage } = answer.Entries?.[0] ?? {}
    if (ErrorCode !== undefined) throw Object.assign(new Error(ErrorMessage), { name: ErrorCode })
  }
}
