// What CloudFormation's handlers call for roles, keys, secrets and DNS;
// the notation and its source: fact.ts.
import type { Facts } from '../fact.ts'

export const names: Facts = {
  // DeleteRolePermissionsBoundary is withheld: whoever could take a boundary off would be bounded by nothing.
  'AWS::IAM::Role': [
    [
      'iam::#:role${Path=/}${RoleName}',
      `CreateRole/c GetRole/crd UpdateRole/u UpdateRoleDescription/u UpdateAssumeRolePolicy/u DeleteRole/d
        PutRolePolicy/cu GetRolePolicy/cr DeleteRolePolicy/ud PutRolePermissionsBoundary/u ListRolePolicies/rd
        ListAttachedRolePolicies/rd TagRole/cud UntagRole/cud`,
    ],
    [
      'iam::#:role${Path=/}${RoleName}',
      'AttachRolePolicy/cu DetachRolePolicy/ud',
      { when: 'ManagedPolicyArns', attaches: '${ManagedPolicyArns.*}' },
    ],
  ],
  'AWS::KMS::Alias': [
    ['kms:@:${AliasName}', 'CreateAlias/c UpdateAlias/u DeleteAlias/d'],
    ['kms:@:key/*', 'CreateAlias/c UpdateAlias/u DeleteAlias/d'],
    ['*', 'kms:ListAliases/r'],
  ],
  'AWS::KMS::Key': [
    ['*', 'kms:CreateKey/c'],
    [
      'kms:@:key/*',
      `DescribeKey/rud GetKeyPolicy/r PutKeyPolicy/cu GetKeyRotationStatus/r EnableKeyRotation/cu
        DisableKeyRotation/u UpdateKeyDescription/u ListResourceTags/ru TagResource/cu UntagResource/u
        ScheduleKeyDeletion/d`,
    ],
    ['kms:@:key/*', 'DisableKey/cu EnableKey/u', { when: 'Enabled' }],
  ],
  'AWS::Route53::HealthCheck': [
    ['*', 'route53:CreateHealthCheck/c cloudwatch:DescribeAlarms/cu'],
    [
      'route53:::healthcheck/*',
      `GetHealthCheck/r UpdateHealthCheck/u DeleteHealthCheck/d ChangeTagsForResource/cu ListTagsForResource/ru`,
    ],
    [
      'route53-recovery-control::#:controlpanel/*',
      'route53-recovery-control-config:DescribeRoutingControl/c',
      { when: 'HealthCheckConfig=RoutingControlArn' },
    ],
  ],
  'AWS::Route53::HostedZone': [
    ['*', 'route53:CreateHostedZone/c ec2:DescribeVpcs/cu'],
    [
      'route53:::hostedzone/*',
      `GetHostedZone/crud UpdateHostedZoneComment/u DeleteHostedZone/d ListQueryLoggingConfigs/rud
        ChangeTagsForResource/cu ListTagsForResource/ru`,
    ],
    ['route53:::change/*', 'GetChange/cud'],
    ['route53:::hostedzone/*', 'AssociateVPCWithHostedZone/cu DisassociateVPCFromHostedZone/u', { when: 'VPCs' }],
    ['route53:::hostedzone/*', 'CreateQueryLoggingConfig/cu', { when: 'QueryLoggingConfig' }],
    ['route53:::queryloggingconfig/*', 'DeleteQueryLoggingConfig/ud', { when: 'QueryLoggingConfig' }],
    ['route53:::hostedzone/*', 'UpdateHostedZoneFeatures/cud', { when: 'HostedZoneFeatures' }],
  ],
  'AWS::Route53::RecordSet': [
    [
      'route53:::hostedzone/*',
      `ChangeResourceRecordSets/cu ListResourceRecordSets/cru`,
      { source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html' },
    ],
  ],
  'AWS::SecretsManager::RotationSchedule': [
    ['secretsmanager:@:secret:${SecretId}-*', 'DescribeSecret/crud RotateSecret/cu CancelRotateSecret/d'],
    ['lambda:@:function:${RotationLambdaARN}', 'InvokeFunction/cu'],
    ['iam::#:role/*', 'PassRole/cu', { when: 'HostedRotationLambda', to: 'lambda.amazonaws.com' }],
  ],
  'AWS::SecretsManager::SecretTargetAttachment': [
    ['secretsmanager:@:secret:${SecretId}-*', 'GetSecretValue/crud PutSecretValue/cud'],
    ['*', 'rds:DescribeDBClusters/cu rds:DescribeDBInstances/cu'],
    ['docdb-elastic:@:*', 'GetCluster/cu', { when: 'TargetType=DocDBElastic' }],
    ['redshift-serverless:@:*', 'GetNamespace/cu', { when: 'TargetType=DocDBElastic' }],
    ['*', 'redshift-serverless:ListWorkgroups/cu', { when: 'TargetType=DocDBElastic' }],
    ['redshift:@:*', 'DescribeClusters/cu', { when: 'TargetType=DocDBElastic' }],
  ],
}
