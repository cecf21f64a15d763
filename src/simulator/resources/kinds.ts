// All resource types that the simulator can make.
import { apigateway } from './apigateway.ts'
import { autoscaling } from './autoscaling.ts'
import { backup } from './backup.ts'
import { cacheAccess } from './cache-access.ts'
import { dynamodb } from './dynamodb.ts'
import { ec2 } from './ec2.ts'
import { ecs } from './ecs.ts'
import { efs } from './efs.ts'
import { elasticache } from './elasticache.ts'
import { events } from './events.ts'
import { gateways } from './gateways.ts'
import { iam } from './iam.ts'
import type { Kind } from './kind.ts'
import { kinesis } from './kinesis.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import { loadbalancing } from './loadbalancing.ts'
import { cloudwatch, logs } from './logs.ts'
import { sns, sqs } from './messaging.ts'
import { rdsClusters } from './rds-clusters.ts'
import { rdsGlobal } from './rds-global.ts'
import { rdsGroups } from './rds-groups.ts'
import { rdsInstances } from './rds.ts'
import { route53 } from './route53.ts'
import { routing } from './routing.ts'
import { s3 } from './s3.ts'
import { secrets } from './secrets.ts'
import { snapshots } from './snapshots.ts'
import { ssm } from './ssm.ts'
import { workflows } from './workflows.ts'

export const kinds: Kind[] = [
  ...kms,
  ...sns,
  ...sqs,
  ...ec2,
  ...routing,
  ...gateways,
  ...iam,
  ...logs,
  ...cloudwatch,
  ...kinesis,
  ...dynamodb,
  ...s3,
  ...lambda,
  ...apigateway,
  ...loadbalancing,
  ...ecs,
  ...autoscaling,
  ...route53,
  ...events,
  ...ssm,
  ...workflows,
  ...rdsGroups,
  ...rdsInstances,
  ...rdsClusters,
  ...rdsGlobal,
  ...cacheAccess,
  ...elasticache,
  ...efs,
  ...secrets,
  ...backup,
  ...snapshots,
]
