// EventBridge: what its global endpoints are made of.
import { type DescribeEndpointCommandInput, ResourceNotFoundException } from '@aws-sdk/client-eventbridge'

import type { Answers, Call } from '../answer.ts'
import { existing, text } from '../resources/existing.ts'
import { said } from './said.ts'

/** EventBridge, by command. */
export const answers: Answers = {
  DescribeEndpointCommand: ({ Name = '' }: DescribeEndpointCommandInput, { cloud, region }: Call) => {
    const endpoint = existing(cloud, region, 'AWS::Events::Endpoint', Name)
    if (!endpoint) throw new ResourceNotFoundException(said(`Endpoint '${Name}' does not exist.`))
    const { RoutingConfig, EventBuses, RoleArn, ReplicationConfig } = endpoint.properties
    return {
      Name,
      Arn: text(endpoint.attributes.Arn),
      RoutingConfig,
      // Endpoints replicate unless they are told not to.
      ReplicationConfig: ReplicationConfig ?? { State: 'ENABLED' },
      EventBuses,
      RoleArn,
      EndpointId: text(endpoint.attributes.EndpointId),
      EndpointUrl: text(endpoint.attributes.EndpointUrl),
      State: text(endpoint.state?.state ?? endpoint.attributes.State),
    }
  },
}
