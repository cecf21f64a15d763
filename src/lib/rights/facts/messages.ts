// What CloudFormation's handlers call for topics, queues, buses, schedules, documents and parameters;
// the notation and its source: fact.ts.
import type { Facts } from '../fact.ts'

export const messages: Facts = {
  'AWS::Events::Endpoint': [
    ['events:@:endpoint/${Name}', 'CreateEndpoint/c DescribeEndpoint/crud UpdateEndpoint/u DeleteEndpoint/d'],
    ['route53:::healthcheck/*', 'GetHealthCheck/cu'],
    ['${RoleArn}', 'iam:PassRole/cu', { to: 'events.amazonaws.com' }],
  ],
  'AWS::Events::EventBus': [
    [
      'events:@:event-bus/${Name}',
      `CreateEventBus/c DescribeEventBus/crud UpdateEventBus/ud DeleteEventBus/d ListTagsForResource/crd
        TagResource/cu UntagResource/ud`,
    ],
    ['kms:@:key/*', 'Decrypt/cu DescribeKey/cu Encrypt/cu GenerateDataKey/cu GenerateDataKeyWithoutPlaintext/cu'],
    ['kms:@:key/*', 'ReEncrypt/cu ReEncryptFrom/cu ReEncryptTo/cu', { when: 'KmsKeyIdentifier' }],
    ['*', 'events:PutPermission/cu events:RemovePermission/d'],
  ],
  'AWS::Events::Rule': [
    [
      'events:@:rule/${EventBusName/}${Name}',
      `PutRule/cu DescribeRule/crud DeleteRule/d ListTagsForResource/r TagResource/cu UntagResource/u
        PutTargets/cu ListTargetsByRule/rd RemoveTargets/ud`,
    ],
    ['${Targets.*.RoleArn}', 'iam:PassRole/crud', { to: 'events.amazonaws.com' }],
  ],
  'AWS::SNS::Subscription': [
    ['sns:@:${TopicArn}', 'Subscribe/c Unsubscribe/d GetSubscriptionAttributes/rd SetSubscriptionAttributes/u'],
    ['${SubscriptionRoleArn}', 'iam:GetRole/cu'],
    ['${SubscriptionRoleArn}', 'iam:PassRole/cu', { to: 'sns.amazonaws.com' }],
  ],
  'AWS::SNS::Topic': [
    [
      'sns:@:${TopicName}',
      `CreateTopic/c GetTopicAttributes/crud SetTopicAttributes/u DeleteTopic/d ListTagsForResource/ru
        TagResource/cu UntagResource/u PutDataProtectionPolicy/cu Subscribe/cu GetDataProtectionPolicy/ru
        ListSubscriptionsByTopic/ru Unsubscribe/u`,
    ],
    ['${DeliveryStatusLogging.*.SuccessFeedbackRoleArn}', 'iam:GetRole/cu'],
    ['${DeliveryStatusLogging.*.FailureFeedbackRoleArn}', 'iam:GetRole/cu'],
    ['${DeliveryStatusLogging.*.SuccessFeedbackRoleArn}', 'iam:PassRole/cu', { to: 'sns.amazonaws.com' }],
    ['${DeliveryStatusLogging.*.FailureFeedbackRoleArn}', 'iam:PassRole/cu', { to: 'sns.amazonaws.com' }],
  ],
  'AWS::SNS::TopicPolicy': [['sns:@:${Topics.*}', 'SetTopicAttributes/cud']],
  'AWS::SQS::Queue': [
    [
      'sqs:@:${QueueName}',
      `CreateQueue/c GetQueueAttributes/crud SetQueueAttributes/u DeleteQueue/d TagQueue/cu ListQueueTags/cru
        GetQueueUrl/c UntagQueue/u`,
    ],
  ],
  'AWS::SQS::QueuePolicy': [['sqs:@:${Queues.*}', 'SetQueueAttributes/cud']],
  'AWS::SSM::Document': [
    [
      'ssm:@:document/${Name}',
      `CreateDocument/c GetDocument/crd DescribeDocument/ru UpdateDocument/u UpdateDocumentDefaultVersion/u
        DeleteDocument/d AddTagsToResource/cu ListTagsForResource/cru RemoveTagsFromResource/u`,
    ],
    ['${Content.parameters.AutomationAssumeRole.default}', 'iam:PassRole/cu', { to: 'ssm.amazonaws.com' }],
    ['s3:::*/*', 'GetObject/cu', { when: 'Attachments' }],
  ],
  'AWS::SSM::Parameter': [
    [
      'ssm:@:parameter/${Name}',
      `PutParameter/cu GetParameters/cru DeleteParameter/d AddTagsToResource/cu ListTagsForResource/r
        RemoveTagsFromResource/u`,
    ],
  ],
  'AWS::Scheduler::ScheduleGroup': [
    [
      'scheduler:@:schedule-group/${Name}',
      `CreateScheduleGroup/c GetScheduleGroup/crud DeleteScheduleGroup/d ListTagsForResource/cru TagResource/cu
        UntagResource/u`,
    ],
    ['scheduler:@:schedule/${Name}/*', 'DeleteSchedule/d'],
  ],
}
