// Pure: a global database whose writer has moved away from its home goes only when the cluster at home, which follows
// now, is out of it: CloudFormation deletes the other cluster first, and RDS keeps a writer that is followed.
import type { GlobalView } from '../aws/database-views.ts'
import type { Region } from '../core/model.ts'
import type { Plan, PlanStage } from './plan.ts'

/** A cluster at the home of its global database that does not write there, or may not when all is at rest. */
export interface Follower {
  stage: string
  /** Name of the global database. */
  global: string
  /** ARN of the cluster. */
  cluster: string
  /** Home: where the stack is that made the global database. */
  region: Region
}

/** The cluster at home that must leave before anything of the database goes; none where it writes. */
export function followerOf(stage: string, home: Region, database: GlobalView): Follower[] {
  const own = database.members.find(({ region }) => region === home)
  if (!own || (own.writes && !database.failover)) return []
  return [{ stage, global: database.id, cluster: own.arn, region: home }]
}

/** The name in the ARN of a cluster. */
export const clusterName = (arn: string): string => arn.split(':').at(-1) ?? ''

/** The plan in which followers leave before the stage goes that made them. */
export function withoutFollowers(plan: Plan, followers: Follower[]): Plan {
  const named = (stage: string): string => `detach ${stage}`
  const stages = plan.stages.flatMap((it): PlanStage[] => {
    const own = followers.filter(({ stage }) => it.work.kind === 'delete-stage' && stage === it.name)
    if (own.length === 0) return [it]
    const detaching: PlanStage = {
      name: named(it.name),
      title: `${it.name}: followers leave`,
      needs: it.needs,
      regions: [],
      notes: own.map(({ cluster, global }) => `~ ${clusterName(cluster)} out of ${global}`),
      work: { kind: 'detach-followers', followers: own },
    }
    return [detaching, { ...it, needs: [...it.needs, detaching.name] }]
  })
  return { ...plan, stages }
}
