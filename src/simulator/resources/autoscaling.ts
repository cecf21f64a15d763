// Application Auto Scaling: what may be scaled, and by which policy.
import { lacking } from './caller-checks.ts'
import { define, serviceError } from './define.ts'
import { all, existing, others, text } from '../existing.ts'
import { arn, fresh, uuid } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'

const [target, policy] = ['AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::ApplicationAutoScaling::ScalingPolicy']

const failed = (around: Around, message: string, code = 'InvalidRequest'): Error =>
  serviceError(around, 'ApplicationAutoScaling', 400, message, code)

/** `<resource>|<dimension>|<namespace>`, as Ref gives it. */
const targetId = ({ ResourceId, ScalableDimension, ServiceNamespace }: Properties): string =>
  [ResourceId, ScalableDimension, ServiceNamespace].map(text).join('|')

const targetOf = (properties: Properties): string => text(properties.ScalingTargetId) || targetId(properties)

/** The caller must be able to do what scaling will do. Words: hashicorp/terraform-provider-aws#46385. */
function requireRights(properties: Properties, around: Around): void {
  const missing = [...new Set(lacking(around, properties))]
  if (missing.length === 0) return
  throw failed(around, `User is missing the following permissions: ${missing.join(', ')}`)
}

/** What is scaled must be there: a service of a cluster, or a database cluster. */
function requireResource({ ResourceId }: Properties, around: Around): void {
  const [kind = '', ...rest] = text(ResourceId).split(/[/:]/)
  const has = (type: string, id: string): boolean => existing(around.cloud, around.region, type, id) !== undefined
  const isThere =
    kind === 'service'
      ? has('AWS::ECS::Service', arn('ecs', around.region, `service/${rest.join('/')}`))
      : kind !== 'cluster' || has('AWS::RDS::DBCluster', rest.join(':'))
  if (isThere) return
  throw failed(
    around,
    `${kind === 'service' ? 'ECS service' : 'DB cluster'} doesn't exist: ${text(ResourceId)}`,
    'NotFound',
  )
}

export const autoscaling: Kind[] = [
  define(target, {
    createOnly: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    id: (_, properties) => targetId(properties),
    arn: (id, region) => arn('application-autoscaling', region, `scalable-target/${id.split('|')[0] ?? ''}`),
    attributes: (_, id) => ({ Id: id }),
    requires: (properties, around) => {
      requireResource(properties, around)
      requireRights(properties, around)
      if (Number(text(properties.MaxCapacity)) >= Number(text(properties.MinCapacity))) return
      throw failed(around, 'Maximum capacity cannot be less than minimum capacity')
    },
    // Deregistering a target deletes its policies as well.
    removed: (id, around) => {
      for (const { physicalId, properties } of all(around.cloud, policy, around.region)) {
        if (targetOf(properties) === id) delete around.cloud.resources[`${around.region}|${policy}|${physicalId}`]
      }
      return 'gone'
    },
  }),
  define(policy, {
    createOnly: ['PolicyName', 'ResourceId', 'ScalableDimension', 'ScalingTargetId', 'ServiceNamespace'],
    id: (_, properties, { cloud, region }) => {
      const [resource = '', , namespace = ''] = targetOf(properties).split('|')
      const where = `${uuid(fresh(cloud))}:resource/${namespace}/${resource}:policyName/${text(properties.PolicyName)}`
      return arn('autoscaling', region, `scalingPolicy:${where}`)
    },
    attributes: (_, id) => ({ Arn: id }),
    requires: (properties, around) => {
      const id = targetOf(properties)
      if (!existing(around.cloud, around.region, target, id)) {
        const [resource, dimension, namespace] = id.split('|')
        const message = `No scalable target registered for service namespace: ${namespace}, resource ID: ${resource}, scalable dimension: ${dimension}`
        throw failed(around, message, 'NotFound')
      }
      const twin = others(around, policy).some(
        (other) => targetOf(other.properties) === id && other.properties.PolicyName === properties.PolicyName,
      )
      if (twin) throw failed(around, `Scaling policy ${text(properties.PolicyName)} already exists`, 'AlreadyExists')
    },
  }),
]
