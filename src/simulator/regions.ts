// Regions that there are. Any other one has no host, so that no call to it is answered.
import type { Region } from '../lib/core/model.ts'
import type { Cloud } from './state.ts'

/** As the AWS SDK for JavaScript knows them (`partitions.json` of its endpoints), the classified partitions left out. */
export const regions: readonly Region[] = [
  ...'af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2'.split(' '),
  ...'ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6'.split(' '),
  ...'ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2'.split(' '),
  ...'eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1'.split(' '),
  ...'sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1 cn-northwest-1'.split(' '),
  ...'us-gov-east-1 us-gov-west-1 eusc-de-east-1'.split(' '),
]

/** Services with one host for all regions, by client. */
const global = /^(IAM|Route53|CloudFront)Client$/

/** What Node throws for the host of a service in a region that there is not; undefined where there is one. */
export function unresolved(cloud: Cloud, region: Region, client: string): Error | undefined {
  if (regions.includes(region) || cloud.regions?.includes(region) || global.test(client)) return undefined
  const hostname = `${client.replace(/Client$/, '').toLowerCase()}.${region}.amazonaws.com`
  const message = `getaddrinfo ENOTFOUND ${hostname}`
  return Object.assign(new Error(message), { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname })
}
