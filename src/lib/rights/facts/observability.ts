// What CloudFormation's handlers call for alarms, dashboards, logs, traces and Config rules;
// the notation and its source: fact.ts.
import type { Facts } from '../fact.ts'

export const observability: Facts = {
  'AWS::CloudWatch::Alarm': [
    [
      'cloudwatch:@:alarm:${AlarmName}',
      `PutMetricAlarm/cu DescribeAlarms/crud DeleteAlarms/d ListTagsForResource/r TagResource/cu
        UntagResource/u`,
    ],
  ],
  'AWS::CloudWatch::Dashboard': [
    [
      'cloudwatch::#:dashboard/${DashboardName}',
      `PutDashboard/cu GetDashboard/crd DeleteDashboards/d TagResource/cu ListTagsForResource/ru
        UntagResource/u`,
    ],
  ],
  'AWS::Config::ConfigRule': [
    ['config:@:config-rule/*', 'PutConfigRule/cu DeleteConfigRule/d'],
    ['*', 'config:DescribeConfigRules/crud config:DescribeComplianceByConfigRule/r'],
  ],
  'AWS::Logs::Destination': [
    [
      'logs:@:destination:${DestinationName}',
      `PutDestination/cu PutDestinationPolicy/cu DeleteDestination/d ListTagsForResource/ru TagResource/cu
        UntagResource/u`,
    ],
    ['*', 'logs:DescribeDestinations/cru'],
    ['${RoleArn}', 'iam:PassRole/cu', { to: 'logs.amazonaws.com' }],
  ],
  'AWS::Logs::LogGroup': [
    [
      'logs:@:log-group:${LogGroupName}*',
      `CreateLogGroup/c PutRetentionPolicy/cu DeleteRetentionPolicy/u DeleteLogGroup/d ListTagsForResource/ru
        TagResource/cu UntagResource/u AssociateKmsKey/u DisassociateKmsKey/u GetDataProtectionPolicy/cru
        PutBearerTokenAuthentication/cu PutDataProtectionPolicy/cu PutLogGroupDeletionProtection/u
        DeleteDataProtectionPolicy/d`,
    ],
    [
      '*',
      `logs:DescribeLogGroups/crud logs:DescribeIndexPolicies/cr logs:DescribeResourcePolicies/cru
        logs:CreateLogDelivery/cu logs:PutIndexPolicy/cu logs:PutResourcePolicy/cu logs:DeleteIndexPolicy/u
        logs:DeleteResourcePolicy/u`,
    ],
    ['firehose:@:*', 'TagDeliveryStream/cu', { when: 'DeliveryDestinationArn' }],
    ['s3:@:*', 'REST.PUT.OBJECT/cu', { when: 'DeliveryDestinationArn' }],
  ],
  'AWS::Logs::SubscriptionFilter': [
    [
      'logs:@:log-group:${LogGroupName}*',
      `PutSubscriptionFilter/cu DescribeSubscriptionFilters/cru DeleteSubscriptionFilter/d`,
    ],
    ['${RoleArn}', 'iam:PassRole/cu', { to: 'logs.amazonaws.com' }],
  ],
  'AWS::XRay::Group': [
    [
      'xray:@:group/${GroupName}/*',
      `CreateGroup/c GetGroup/r UpdateGroup/u DeleteGroup/d ListTagsForResource/ru TagResource/cu
        UntagResource/u`,
    ],
  ],
}
