// What stands behind a host name of the simulated account: HTTP APIs and the functions that they ask.
import { Refusal, type Call, type Moment } from './answer.ts'
import { isServed } from './data/containers.ts'
import { answerHttp, functionBy, type HttpAnswer } from './data/functions.ts'
import { all, existing, text } from './existing.ts'
import type { Cloud, Resource } from './state.ts'

/** Whether a fault has taken the region away; looking is no occasion of the fault. */
export const isGone = ({ cloud, faults }: Moment, region: string): boolean =>
  faults.some((fault) => {
    if (fault.kind !== 'region-gone' || fault.region !== region) return false
    const since = cloud.faults[JSON.stringify(fault)]?.since ?? cloud.now
    const age = (cloud.now - since) / 1000
    return age >= (fault.after ?? 0) && age < (fault.after ?? 0) + (fault.for ?? Infinity)
  })

/** Since when a fault has had the region away, ms; undefined while it is there. */
export function goneSince(moment: Moment, region: string): number | undefined {
  if (!isGone(moment, region)) return undefined
  const fault = moment.faults.find((one) => one.kind === 'region-gone' && one.region === region)
  return (moment.cloud.faults[JSON.stringify(fault)]?.since ?? moment.cloud.now) + (fault?.after ?? 0) * 1000
}

/** The API of a host: its own name, or that of a custom domain that is mapped to it. */
function apiOf(cloud: Cloud, host: string): Resource | undefined {
  const type = 'AWS::ApiGatewayV2::Api'
  const mapping = all(cloud, 'AWS::ApiGatewayV2::ApiMapping').find(({ properties }) => properties.DomainName === host)
  return all(cloud, type).find(
    ({ physicalId, region, attributes }) =>
      text(attributes.ApiEndpoint) === `https://${host}` ||
      (mapping?.properties.ApiId === physicalId && mapping.region === region),
  )
}

/** Asks https://host/path as anybody may; undefined when nothing answers there, or with another's certificate. */
export function ask(moment: Moment, host: string, path: string, method = 'GET', body?: string): HttpAnswer | undefined {
  const { cloud, faults } = moment
  const api = apiOf(cloud, host)
  if (!api || isGone(moment, api.region)) return undefined
  const { region } = api
  const own = (type: string): Resource[] =>
    all(cloud, type, region).filter(({ properties }) => properties.ApiId === api.physicalId)
  const said = (statusCode: number, message: string): HttpAnswer => ({ statusCode, body: JSON.stringify({ message }) })
  const route = own('AWS::ApiGatewayV2::Route').find(({ properties }) => properties.RouteKey === `${method} ${path}`)
  if (!route) return said(404, 'Not Found')
  const { AuthorizationType = 'NONE', Target } = route.properties
  if (AuthorizationType !== 'NONE')
    return AuthorizationType === 'JWT' ? said(401, 'Unauthorized') : said(403, 'Forbidden')
  const integrations = own('AWS::ApiGatewayV2::Integration')
  const behind = integrations.find(({ physicalId }) => Target === `integrations/${physicalId}`)?.properties
  if (behind?.IntegrationType !== 'AWS_PROXY')
    return isServed(cloud, region, text(behind?.IntegrationUri)) ? said(200, 'OK') : said(503, 'Service Unavailable')
  const one = functionBy(cloud, region, text(behind.IntegrationUri))
  if (!one) return said(500, 'Internal Server Error')
  try {
    const call: Call = { cloud, faults, region, now: cloud.now }
    return answerHttp(call, one, method, path, body)
  } catch (error) {
    if (error instanceof Refusal) return said(503, 'Service Unavailable')
    throw error
  }
}

/** A zone of Route 53 by its id, with or without the path in front of it. */
export const zoneBy = (cloud: Cloud, id = ''): Resource | undefined =>
  existing(cloud, 'global', 'AWS::Route53::HostedZone', id.replace(/^\/?hostedzone\//, ''))
