// What Application Auto Scaling tries with its caller's rights before it registers a target: it fails the call otherwise.
import { isAllowed } from '../rights/policies.ts'
import { account } from '../state.ts'
import { text } from '../existing.ts'
import { actorOf } from '../stacks/record.ts'
import type { Around, Properties } from './kind.ts'

/**
 * Calls without the name of an alarm, whose ARN then ends there (aws-samples/amazon-cloudwatch-auto-alarms#18), and a list
 * of whatever alarm there is.
 */
const alarms: [resource: string, actions: string][] = [
  ['cloudwatch:@:alarm:', 'PutMetricAlarm DeleteAlarms'],
  ['*', 'cloudwatch:DescribeAlarms'],
]

/**
 * By namespace of the target: the resource, then the actions of one service. `@` is region and account, `${ResourceId}` the
 * target's. Source: Application Auto Scaling user guide, security_iam_permission_validation (Aurora and CloudWatch, call by
 * call) and security_iam_id-based-policy-examples (ECS; on which resource [?]). A call without the id of an instance is one
 * on `db:`; CreateDBInstance names the cluster besides.
 */
export const callerChecks: Record<string, [resource: string, actions: string][]> = {
  rds: [
    ['rds:@:db:', 'CreateDBInstance DeleteDBInstance'],
    ['rds:@:${ResourceId}', 'CreateDBInstance'],
    ['rds:us-east-1:12345:db:non-existing-db', 'AddTagsToResource'],
    ['*', 'rds:DescribeDBClusters rds:DescribeDBInstances'],
    ...alarms,
  ],
  ecs: [['ecs:@:${ResourceId}', 'DescribeServices UpdateService'], ...alarms],
}

/** The actions that the role lacks which works on this stack; none for an administrator. */
export function lacking({ cloud, region, stack }: Around, properties: Properties): string[] {
  const role = actorOf(cloud, stack)
  if (role === undefined) return []
  return (callerChecks[text(properties.ServiceNamespace)] ?? []).flatMap(([resource, actions]) => {
    const named = resource.replace('@', `${region}:${account}`).replace('${ResourceId}', text(properties.ResourceId))
    const [service = ''] = resource.split(':')
    return actions
      .split(' ')
      .map((action) => (action.includes(':') ? action : `${service}:${action}`))
      .filter((action) => !isAllowed(cloud, role, action, resource === '*' ? '*' : `arn:aws:${named}`))
  })
}
