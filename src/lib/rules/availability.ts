// Rules: what a system is made of exists in the regions that it is made in.
import type { Region } from '../core/model.ts'
import { get, nameOf, resources, type Rule, type Violation } from './rule.ts'

const withoutEndpoint = (
  'af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ' +
  'ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1'
).split(' ')

interface Gap {
  /** A type, or all types of a service that begin so. */
  type: string
  /** Only this property of the type is missing. */
  property?: string
  regions: Region[]
  source: string
}

/** Types that our systems use and that not every commercial region has. */
const gaps: Gap[] = [
  {
    type: 'AWS::Events::Endpoint',
    regions: withoutEndpoint,
    source: 'CloudFormation registry by region, as cfn-lint 1.51.0 holds it',
  },
  {
    type: 'AWS::ApiGatewayV2::',
    regions: ['ap-east-2', 'ap-southeast-6'],
    source: 'CloudFormation registry by region, as cfn-lint 1.51.0 holds it',
  },
  {
    type: 'AWS::S3::Bucket',
    property: 'AccelerateConfiguration',
    regions: ['eu-central-2', 'eu-south-1'],
    source: 'S3 User Guide, "Requirements for using Amazon S3 Transfer Acceleration"',
  },
]

export const availability: Rule[] = [
  {
    id: 'availability/region',
    title: 'Every type exists in the region that it is made in',
    requirements: ['COMMON-22', 'CIT-02', 'PAY-21'],
    fix: 'make it under a condition that leaves it out there, or choose another region',
    check: (context) =>
      gaps.flatMap(({ type, property, regions, source }) =>
        resources(context).flatMap((found): Violation[] => {
          const { template, resource, properties, at } = found
          if (!resource.type.startsWith(type) || !regions.includes(template.region)) return []
          if (property !== undefined && get(properties, property) === undefined) return []
          const what = property === undefined ? resource.type : `${property} of ${resource.type}`
          return [
            {
              position: property === undefined ? resource.position : at(property),
              message: `${nameOf(found)} needs ${what}, which ${template.region} does not have (${source})`,
              ...wayOut(context.target, template.role),
            },
          ]
        }),
      ),
  },
  {
    id: 'availability/endpoint-pair',
    title: 'A global endpoint leads to a region that has global endpoints as well',
    requirements: ['PAY-21'],
    fix: 'make it under a condition that leaves it out there, or choose another region',
    check: (context) =>
      resources(context).flatMap((found): Violation[] => {
        if (found.resource.type !== 'AWS::Events::Endpoint') return []
        const second = get(found.properties, 'RoutingConfig', 'FailoverConfig', 'Secondary', 'Route')
        if (typeof second !== 'string' || !withoutEndpoint.includes(second)) return []
        return [
          {
            position: found.at('RoutingConfig'),
            message: `${nameOf(found)} leads to ${second}, which has no global endpoints (EventBridge User Guide, "Available Regions")`,
            ...wayOut(context.target, 'failover'),
          },
        ]
      }),
  },
]

/** In the regions that system.yaml names, a gap is a fault of the templates. */
function wayOut(
  {
    system,
    regions,
  }: { system: { regions: Partial<Record<string, Region>> }; regions: Partial<Record<string, Region>> },
  role: string,
): { way?: string } {
  if (regions[role] === system.regions[role]) return {}
  const flag = role === 'failover' ? '--failover' : '--primary'
  return { way: `choose another region: ${flag} ${system.regions[role] ?? ''} is known to have all that it needs` }
}
