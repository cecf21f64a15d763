// Reboots a Multi-AZ database instance into its standby. The zones stay swapped: that is its normal afterwards, since
// RDS abandons a failover asked for soon after another one (RDS-EVENT-0034).
import { DrError } from '../../core/errors.ts'
import type { InstanceView } from '../../aws/database-views.ts'
import type { Action, Ground, Step } from '../drill.ts'
import { settled } from './settled.ts'

async function instance({ region, target }: Step, { aws }: Ground): Promise<InstanceView> {
  const id = target['instance'] ?? ''
  const found = await (await aws.databases(region)).instance(id)
  if (!found) throw new DrError('NoTarget', 3, `there is no database instance ${id} in ${region}`, 'see: dr status')
  if (found.standby !== undefined) return found
  throw new DrError('NoTarget', 8, `${id} in ${region} has no standby to fail over to`, 'it is no Multi-AZ instance')
}

/** `target`: `instance`, its name. */
export const instanceFailover: Action = {
  name: 'instance-failover',
  class: 'L2',
  calls: ['RebootDBInstance', 'DescribeDBInstances', 'DescribeEvents'],
  describe: ({ region, target }) => `RebootDBInstance ${target['instance']} ForceFailover=true in ${region}`,
  observe: async (step, ground) => {
    const { status } = await instance(step, ground)
    return status === 'available' ? 'normal' : 'injected'
  },
  inject: async (step, ground) => {
    const { id, zone, standby } = await instance(step, ground)
    const databases = await ground.aws.databases(step.region)
    const before = ground.aws.clock.now()
    await databases.failOverInstance(id)
    const events = await databases.events('db-instance', id, before)
    const abandoned = events.find(({ message }) => /^Abandoning user requested failover/i.test(message))
    if (!abandoned) return `${id} fails over from ${zone} to ${standby}`
    const hint = 'wait some minutes after the last failover, then run the drill again'
    throw new DrError('FailoverAbandoned', 3, `RDS did not fail ${id} over: ${abandoned.message}`, hint)
  },
  restore: async (step, ground) => {
    const { id, zone } = await settled(ground, `instance ${step.target['instance']}`, async () => {
      const found = await instance(step, ground)
      return found.status === 'available' ? found : undefined
    })
    return `${id} is available, RDS shows it in ${zone}; after a failover its zones stay swapped`
  },
}
