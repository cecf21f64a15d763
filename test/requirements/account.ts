// The world as an account holds it: what the stacks of one environment made there.
import type { Value } from '../../src/lib/core/model.ts'
import type { Cloud, Resource, Stack, StackSet } from '../../src/simulator/state.ts'
import type { Deployment } from './deployment.ts'
import type { Item, Side, World } from './world.ts'

export interface AccountWorld extends World {
  system: string
  cloud: Cloud
  /** Roots and nested ones that exist. */
  stacks: Stack[]
  stackSets: StackSet[]
  resources: Resource[]
}

/** What belongs to the environment that the outputs name. */
export function accountWorld({ outputs, cloud }: Pick<Deployment, 'outputs' | 'cloud'>): AccountWorld {
  const { System: system = '', EnvironmentSuffix: suffix = '', AccountId: account = '' } = outputs
  const regions = { primary: outputs.PrimaryRegion ?? '', failover: outputs.FailoverRegion ?? '' }
  const stacks = Object.values(cloud.stacks).filter(
    ({ status, tags }) => status !== 'DELETE_COMPLETE' && tags.System === system && tags.EnvironmentSuffix === suffix,
  )
  const own = new Map(stacks.map((stack) => [stack.id, stack]))
  const resources = Object.values(cloud.resources).filter(
    ({ type, stackId, pendingUntil }) =>
      type !== 'AWS::CloudFormation::Stack' && pendingUntil === undefined && own.has(stackId ?? ''),
  )
  return {
    system,
    suffix,
    account,
    sides: regions.failover === '' ? ['primary'] : ['primary', 'failover'],
    regions,
    outputs,
    cloud,
    stacks,
    stackSets: Object.values(cloud.stackSets).filter(
      ({ name, status }) => status === 'ACTIVE' && name.startsWith(`dr-${system}-`) && name.endsWith(`-${suffix}`),
    ),
    resources,
    items: resources.map((resource) => {
      const region = resource.region === 'global' ? (own.get(resource.stackId ?? '')?.region ?? '') : resource.region
      const side: Side = region === regions.failover ? 'failover' : 'primary'
      return { ...itemOf(resource), side, is: (value) => isMeant(resource, region, value) }
    }),
  }
}

const itemOf = ({ type, physicalId, properties, tags }: Resource): Omit<Item, 'side' | 'is'> => ({
  type,
  name: physicalId,
  properties,
  tags,
})

/** Services that ARNs call otherwise than types do. */
const inArns: Record<string, string> = { efs: 'elasticfilesystem', elasticloadbalancingv2: 'elasticloadbalancing' }

/** A physical id means the resource, and so does an ARN of its service and region that ends in the id. */
function isMeant({ type, physicalId }: Resource, region: string, value: Value | undefined): boolean {
  if (value === physicalId) return true
  if (typeof value !== 'string' || !value.startsWith('arn:')) return false
  const [, , service, where, , ...rest] = value.replace(/:\*$/, '').split(':')
  const resource = rest.join(':')
  const named = type.split('::')[1]?.toLowerCase() ?? ''
  const isOf = (inArns[named] ?? named) === service && (where === '' || where === region)
  // A queue is known by its address, which ends in its name.
  const id = physicalId.replace(/^https:.*\//, '')
  return isOf && (resource === id || resource.endsWith(`/${id}`) || resource.endsWith(`:${id}`))
}
