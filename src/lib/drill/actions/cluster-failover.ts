// Lets another instance of a cluster write, and afterwards the one that wrote before.
import { DrError } from '../../core/errors.ts'
import type { ClusterView } from '../../aws/database-views.ts'
import { named } from '../../aws/shape.ts'
import type { Action, Ground, Step } from '../drill.ts'
import { instanceFailover } from './instance-failover.ts'
import { settled } from './settled.ts'

async function cluster({ region, target }: Step, { aws }: Ground): Promise<ClusterView> {
  const id = target['cluster'] ?? ''
  const found = await (await aws.databases(region)).cluster(id)
  if (!found) throw new DrError('NoTarget', 3, `there is no database cluster ${id} in ${region}`, 'see: dr status')
  if (found.readers.length > 0) return found
  const hint = 'deploy it with a reader, for instance with: --scale large'
  throw new DrError('NoTarget', 8, `${id} in ${region} has no reader to fail over to`, hint)
}

/**
 * `target`: `cluster` and, completed, `writer`: the names of the cluster and of the instance that writes before the
 * drill. Where there is an instance of that name instead, it is that instance's failover.
 */
export const clusterFailover: Action = {
  name: 'cluster-failover',
  class: 'L2',
  calls: ['FailoverDBCluster', 'DescribeDBClusters'],
  describe: ({ region, target }) =>
    `FailoverDBCluster ${target['cluster']} in ${region}, away from ${target['writer']} and back`,
  complete: async (step, ground): Promise<Step> => {
    const databases = await ground.aws.databases(step.region)
    const id = step.target['cluster'] ?? ''
    if (!(await databases.cluster(id)) && (await databases.instance(id)))
      return { ...step, action: instanceFailover.name, target: { instance: id } }
    const { writer = '' } = await cluster(step, ground)
    return { ...step, target: { ...step.target, writer } }
  },
  observe: async (step, ground) => {
    const { status, writer } = await cluster(step, ground)
    if (writer === undefined) return 'unknown'
    return status === 'available' && writer === step.target['writer'] ? 'normal' : 'injected'
  },
  inject: async (step, ground) => {
    const { id, writer } = await cluster(step, ground)
    await (await ground.aws.databases(step.region)).failOverCluster(id)
    return `${id} fails over, away from ${writer}`
  },
  restore: async (step, ground) => {
    const wanted = step.target['writer'] ?? ''
    let asked = false
    const { id } = await settled(ground, `cluster ${step.target['cluster']}`, async () => {
      const found = await cluster(step, ground)
      if (found.status !== 'available') return undefined
      if (found.writer === wanted) return found
      if (!found.readers.includes(wanted)) {
        const message = `${wanted} is not in the cluster ${found.id} any more, ${found.writer} writes`
        throw new DrError('NotRestored', 6, message, 'see: dr status')
      }
      try {
        await (await ground.aws.databases(step.region)).failOverCluster(found.id, wanted)
        asked = true
      } catch (error) {
        // It is in the middle of something: looked at again.
        if (!named(error, 'InvalidDBClusterStateFault', 'InvalidDBInstanceStateFault')) throw error
      }
      return undefined
    })
    return asked ? `${wanted} writes in ${id} again` : `${wanted} writes in ${id}, there was nothing to undo`
  },
}
