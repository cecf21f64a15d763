// All simulated services: which command is answered by what.
import type { Answers } from '../answer.ts'
import { answers as backup } from './backup.ts'
import { answers as backupJobs } from './backup-jobs.ts'
import { answers as changes } from './cloudformation-changes.ts'
import { answers as drift } from './cloudformation-drift.ts'
import { answers as events } from './cloudformation-events.ts'
import { answers as instances } from './cloudformation-instances.ts'
import { answers as operations } from './cloudformation-operations.ts'
import { answers as stacks } from './cloudformation-stacks.ts'
import { answers as stackSets } from './cloudformation-stacksets.ts'
import { answers as cloudwatch } from './cloudwatch.ts'
import { answers as dynamodb } from './dynamodb.ts'
import { answers as ecs } from './ecs.ts'
import { answers as elasticache } from './elasticache.ts'
import { answers as eventbridge } from './eventbridge.ts'
import { answers as iam } from './iam.ts'
import { answers as kinesis } from './kinesis.ts'
import { answers as lambda } from './lambda.ts'
import { answers as logs } from './logs.ts'
import { answers as parameters } from './parameters.ts'
import { answers as rds } from './rds.ts'
import { answers as rdsData } from './rds-data.ts'
import { answers as route53 } from './route53.ts'
import { answers as s3 } from './s3.ts'
import { answers as scheduler } from './scheduler.ts'
import { answers as secrets } from './secretsmanager.ts'
import { answers as sns } from './sns.ts'
import { answers as ssm } from './ssm.ts'
import { answers as sts } from './sts.ts'
import { answers as tagging } from './tagging.ts'

export const answers: Answers = {
  ...stacks,
  ...changes,
  ...drift,
  ...events,
  ...stackSets,
  ...instances,
  ...operations,
  ...backup,
  ...backupJobs,
  ...cloudwatch,
  ...dynamodb,
  ...ecs,
  ...elasticache,
  ...eventbridge,
  ...iam,
  ...kinesis,
  ...lambda,
  ...logs,
  ...parameters,
  ...rds,
  ...rdsData,
  ...route53,
  ...s3,
  ...scheduler,
  ...secrets,
  ...sns,
  ...ssm,
  ...sts,
  ...tagging,
}
