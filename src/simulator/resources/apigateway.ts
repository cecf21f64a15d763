// HTTP APIs (API Gateway v2), and the links by which they reach into a network.
import type { Region } from '../../lib/core/model.ts'
import { account } from '../state.ts'
import { define, serviceError } from './define.ts'
import { all, existing, text, texts } from '../existing.ts'
import { derived, derivedWord, fresh } from '../identifiers.ts'
import type { Around, Kind } from './kind.ts'

const idOf =
  (length: number) =>
  (_: unknown, __: unknown, { cloud }: Around): string =>
    derivedWord(fresh(cloud), length).toLowerCase()

const apiArn = (what: string, region: Region): string => `arn:aws:apigateway:${region}::${what}`

function requireApi({ ApiId }: { ApiId?: unknown }, around: Around): void {
  if (existing(around.cloud, around.region, 'AWS::ApiGatewayV2::Api', text(ApiId))) return
  const message = `Invalid API identifier specified ${account}:${text(ApiId)}`
  throw serviceError(around, 'ApiGatewayV2', 404, message, 'NotFound')
}

/** A part of an API whose id is made up and can be read under `attribute`. */
const part = (type: string, attribute: string): Kind =>
  define(type, {
    id: idOf(7),
    createOnly: ['ApiId'],
    attributes: (_, id) => ({ [attribute]: id }),
    requires: requireApi,
  })

const vpcLink = 'AWS::ApiGatewayV2::VpcLink'

export const apigateway: Kind[] = [
  define('AWS::ApiGatewayV2::Api', {
    id: idOf(10),
    createOnly: ['ProtocolType'],
    arn: (id, region) => apiArn(`/apis/${id}`, region),
    attributes: (_, id, { region }) => ({
      ApiId: id,
      ApiEndpoint: `https://${id}.execute-api.${region}.amazonaws.com`,
    }),
  }),
  define('AWS::ApiGatewayV2::Stage', {
    name: 'StageName',
    within: 'ApiId',
    createOnly: ['ApiId'],
    taken: () => 'Stage already exists',
    requires: requireApi,
  }),
  part('AWS::ApiGatewayV2::Route', 'RouteId'),
  {
    ...part('AWS::ApiGatewayV2::Integration', 'IntegrationId'),
    requires: (properties, around) => {
      requireApi(properties, around)
      const { ConnectionType, ConnectionId } = properties
      if (ConnectionType !== 'VPC_LINK') return
      if (existing(around.cloud, around.region, vpcLink, text(ConnectionId))) return
      throw serviceError(around, 'ApiGatewayV2', 404, `VPC link ${text(ConnectionId)} not found`, 'NotFound')
    },
    removable: (id, around) => {
      const routes = all(around.cloud, 'AWS::ApiGatewayV2::Route', around.region)
      const users = routes.filter(({ properties }) => properties.Target === `integrations/${id}`)
      if (users.length === 0) return
      const ids = users.map(({ physicalId }) => physicalId).join(', ')
      const message = `Cannot delete Integration because it is referenced by the following Routes with Ids: [${ids}]`
      throw serviceError(around, 'ApiGatewayV2', 409, message, 'ResourceConflict')
    },
  },
  part('AWS::ApiGatewayV2::Authorizer', 'AuthorizerId'),
  define('AWS::ApiGatewayV2::DomainName', {
    name: 'DomainName',
    arn: (name, region) => apiArn(`/domainnames/${name}`, region),
    attributes: (_, name, { region }) => ({
      DomainNameArn: apiArn(`/domainnames/${name}`, region),
      RegionalDomainName: `d-${derived(name + region, 10)}.execute-api.${region}.amazonaws.com`,
      RegionalHostedZoneId: `Z${derivedWord(`zone of API Gateway in ${region}`, 13)}`,
    }),
  }),
  define(vpcLink, {
    id: idOf(6),
    createOnly: ['SubnetIds', 'SecurityGroupIds'],
    arn: (id, region) => apiArn(`/vpclinks/${id}`, region),
    attributes: (_, id) => ({ VpcLinkId: id }),
    requires: ({ SubnetIds, SecurityGroupIds }, around) => {
      const look = (type: string, ids: unknown): void => {
        for (const id of texts(ids)) {
          if (existing(around.cloud, around.region, type, id)) continue
          const what = type === 'AWS::EC2::Subnet' ? 'subnet' : 'security group'
          throw serviceError(around, 'ApiGatewayV2', 400, `The ${what} ID '${id}' does not exist`, 'InvalidRequest')
        }
      }
      look('AWS::EC2::Subnet', SubnetIds)
      look('AWS::EC2::SecurityGroup', SecurityGroupIds)
    },
    removable: (id, around) => {
      const integrations = all(around.cloud, 'AWS::ApiGatewayV2::Integration', around.region)
      const users = integrations.filter(({ properties }) => properties.ConnectionId === id)
      if (users.length === 0) return
      const named = users.map(({ properties, physicalId }) => `${text(properties.ApiId)}:${physicalId}`).join(', ')
      const message = `Cannot delete vpc link. Vpc link '${id}', is referenced in [${named}]`
      throw serviceError(around, 'ApiGatewayV2', 400, message, 'InvalidRequest')
    },
  }),
  define('AWS::ApiGatewayV2::ApiMapping', {
    id: idOf(6),
    createOnly: ['DomainName'],
    attributes: (_, id) => ({ ApiMappingId: id }),
    requires: (properties, around) => {
      requireApi(properties, around)
      if (!existing(around.cloud, around.region, 'AWS::ApiGatewayV2::DomainName', text(properties.DomainName))) {
        throw serviceError(around, 'ApiGatewayV2', 404, 'Invalid domain name identifier specified', 'NotFound')
      }
    },
  }),
]
