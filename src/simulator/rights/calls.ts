// What a call of an API asks of the role that makes it: steps of runbooks, schedules and state machines.
import type { Row } from './row.ts'

const reference = (service: string): string =>
  `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${service}.html`

const of = (source: string, resource: string, ...actions: string[]): Row[] =>
  actions.map((action) => ({ action, resource, source }))

const ssm = reference('awssystemsmanager')
const automation =
  'https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html'
const passRole = 'https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html'
const rds = reference('amazonrds')
const rdsKeys = 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html'
// Its example of a role that makes instances names option, parameter and subnet group.
const instances = 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples.html'
const route53 = reference('amazonroute53')
const lambda = reference('awslambda')
const sns = reference('amazonsns')
const snsKeys = 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html'
const secrets = reference('awssecretsmanager')
const replication = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html'
const dynamodb = reference('amazondynamodb')

const cluster = 'arn:aws:rds:{region}:{account}:cluster:{DBClusterIdentifier}'
const instance = 'arn:aws:rds:{region}:{account}:db:{DBInstanceIdentifier}'
const globalCluster = 'arn:aws:rds::{account}:global-cluster:{GlobalClusterIdentifier}'
const check = 'arn:aws:route53:::healthcheck/{HealthCheckId}'
const aFunction = 'arn:aws:lambda:{region}:{account}:function:{FunctionName}'
const parameter = 'arn:aws:ssm:{region}:{account}:parameter{Name}'
const execution = 'arn:aws:ssm:{region}:{account}:automation-execution/{AutomationExecutionId}'
const subnets = 'arn:aws:rds:{region}:{account}:subgrp:{DBSubnetGroupName}'
const optionGroup = 'arn:aws:rds:{region}:{account}:og:{optionGroup}'
const clusterParameters = 'arn:aws:rds:{region}:{account}:cluster-pg:{DBClusterParameterGroupName}'

/** A secret under a key of the customer's: read here, written under the replica's key there. */
const replicaKeys: Row[] = [
  {
    action: 'kms:Decrypt',
    resource: '{secretKey}',
    context: {
      'kms:ViaService': 'secretsmanager.{region}.amazonaws.com',
      'kms:EncryptionContext:SecretARN': '{secret}',
    },
    source: replication,
  },
  ...['kms:GenerateDataKey', 'kms:Encrypt'].map((action) => ({
    action,
    resource: '{replicaKey}',
    context: {
      'kms:ViaService': 'secretsmanager.{peer}.amazonaws.com',
      'kms:EncryptionContext:SecretARN': '{replica}',
    },
    source: replication,
  })),
]

/** By name of the API. Names in braces are inputs of the call, or values of rights/ask.ts. */
export const calls: Record<string, Row[]> = {
  // The reference requires document and execution. The older form is kept: its end is announced nowhere.
  StartAutomationExecution: [
    ...of(automation, 'arn:aws:ssm:{region}:{account}:document/{document}', 'ssm:StartAutomationExecution'),
    ...of(ssm, 'arn:aws:ssm:{region}:{account}:automation-execution/{newExecution}', 'ssm:StartAutomationExecution'),
    ...of(
      ssm,
      'arn:aws:ssm:{region}:{account}:automation-definition/{document}:{version}',
      'ssm:StartAutomationExecution',
    ),
    {
      action: 'iam:PassRole',
      resource: '{assumeRole}',
      context: { 'iam:PassedToService': 'ssm.amazonaws.com' },
      source: passRole,
    },
  ],
  GetAutomationExecution: of(ssm, execution, 'ssm:GetAutomationExecution'),
  GetParameters: of(ssm, parameter, 'ssm:GetParameters'),
  PutParameter: of(ssm, parameter, 'ssm:PutParameter'),
  Publish: [
    ...of(sns, '{TopicArn}', 'sns:Publish'),
    ...['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => ({
      action,
      resource: '{topicKey}',
      context: { 'kms:ViaService': 'sns.{region}.amazonaws.com' },
      source: snsKeys,
    })),
  ],
  GetHealthCheck: of(route53, check, 'route53:GetHealthCheck'),
  GetHealthCheckStatus: of(route53, check, 'route53:GetHealthCheckStatus'),
  UpdateHealthCheck: of(route53, check, 'route53:UpdateHealthCheck'),
  TestDNSAnswer: of(route53, '*', 'route53:TestDNSAnswer'),
  GetFunctionConcurrency: of(lambda, aFunction, 'lambda:GetFunctionConcurrency'),
  PutFunctionConcurrency: of(lambda, aFunction, 'lambda:PutFunctionConcurrency'),
  DeleteFunctionConcurrency: of(lambda, aFunction, 'lambda:DeleteFunctionConcurrency'),
  DescribeGlobalClusters: of(rds, globalCluster, 'rds:DescribeGlobalClusters'),
  DescribeDBClusters: of(rds, cluster, 'rds:DescribeDBClusters'),
  DescribeDBInstances: of(rds, instance, 'rds:DescribeDBInstances'),
  FailoverGlobalCluster: [
    ...of(rds, globalCluster, 'rds:FailoverGlobalCluster'),
    ...of(rds, '{TargetDbClusterIdentifier}', 'rds:FailoverGlobalCluster'),
  ],
  SwitchoverGlobalCluster: [
    ...of(rds, globalCluster, 'rds:SwitchoverGlobalCluster'),
    ...of(rds, '{TargetDbClusterIdentifier}', 'rds:SwitchoverGlobalCluster'),
  ],
  RemoveFromGlobalCluster: [
    ...of(rds, globalCluster, 'rds:RemoveFromGlobalCluster'),
    ...of(rds, '{DbClusterIdentifier}', 'rds:RemoveFromGlobalCluster'),
  ],
  RestoreDBClusterToPointInTime: [
    ...of(rds, cluster, 'rds:RestoreDBClusterToPointInTime', 'rds:AddTagsToResource'),
    ...of(
      rds,
      'arn:aws:rds:{region}:{account}:cluster:{SourceDBClusterIdentifier}',
      'rds:RestoreDBClusterToPointInTime',
    ),
    ...of(rds, subnets, 'rds:RestoreDBClusterToPointInTime'),
    ...of(rds, clusterParameters, 'rds:RestoreDBClusterToPointInTime'),
    ...of(rds, optionGroup, 'rds:RestoreDBClusterToPointInTime'),
    // The restored cluster lies under this key, which RDS lends itself with the rights of its caller.
    ...of(rdsKeys, '{restoreKey}', 'kms:DescribeKey', 'kms:CreateGrant'),
  ],
  CreateDBInstance: [
    ...of(rds, instance, 'rds:CreateDBInstance', 'rds:AddTagsToResource'),
    ...of(rds, cluster, 'rds:CreateDBInstance'),
    ...of(instances, optionGroup, 'rds:CreateDBInstance'),
    ...of(instances, 'arn:aws:rds:{region}:{account}:pg:{parameterGroup}', 'rds:CreateDBInstance'),
    ...of(instances, subnets, 'rds:CreateDBInstance'),
  ],
  DeleteDBInstance: of(rds, instance, 'rds:DeleteDBInstance'),
  DeleteDBCluster: of(rds, cluster, 'rds:DeleteDBCluster'),
  DescribeSecret: of(secrets, '{secret}', 'secretsmanager:DescribeSecret'),
  ReplicateSecretToRegions: [...of(secrets, '{secret}', 'secretsmanager:ReplicateSecretToRegions'), ...replicaKeys],
  StopReplicationToReplica: of(secrets, '{secret}', 'secretsmanager:StopReplicationToReplica'),
  DescribeTable: of(dynamodb, 'arn:aws:dynamodb:{region}:{account}:table/{TableName}', 'dynamodb:DescribeTable'),
}
