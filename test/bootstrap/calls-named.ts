// The calls for what has names of ours, but for data, and for what has ids but is no network; as calls.ts.

const tags = 'ListTagsForResource TagResource UntagResource'

/** Calls by type, in the notation of `calls`. */
export const namedCalls: Record<string, [resource: string, actions: string][]> = {
  'AWS::ECS::Cluster': [
    ['ecs:@:cluster/${ClusterName}', `CreateCluster DescribeClusters UpdateCluster UpdateClusterSettings ${tags}`],
    ['ecs:@:cluster/${ClusterName}', 'PutClusterCapacityProviders DeleteCluster'],
  ],
  'AWS::ECS::Service': [
    ['ecs:@:service/${System}-c/${System}-s', `CreateService DescribeServices UpdateService DeleteService ${tags}`],
    ['ecs:@:service/${System}-c/${System}-s', 'ListServiceDeployments'],
  ],
  'AWS::ECS::TaskDefinition': [
    ['ecs:@:task-definition/${Family}:1', `RegisterTaskDefinition ${tags}`],
    ['*', 'ecs:DeregisterTaskDefinition ecs:DescribeTaskDefinition'],
  ],
  'AWS::ElasticLoadBalancingV2::Listener': [
    ['elasticloadbalancing:@:loadbalancer/app/${System}-b/1', 'CreateListener'],
    [
      'elasticloadbalancing:@:listener/app/${System}-b/1/2',
      'ModifyListener ModifyListenerAttributes DeleteListener AddTags',
    ],
    ['*', 'elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeListenerAttributes'],
  ],
  'AWS::ElasticLoadBalancingV2::ListenerRule': [
    ['elasticloadbalancing:@:listener/app/${System}-b/1/2', 'CreateRule'],
    ['elasticloadbalancing:@:listener-rule/app/${System}-b/1/2/3', 'ModifyRule SetRulePriorities DeleteRule AddTags'],
    ['*', 'elasticloadbalancing:DescribeRules'],
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    ['elasticloadbalancing:@:loadbalancer/app/${Name}/1', 'CreateLoadBalancer ModifyLoadBalancerAttributes AddTags'],
    ['elasticloadbalancing:@:loadbalancer/app/${Name}/1', 'SetSecurityGroups SetSubnets DeleteLoadBalancer RemoveTags'],
    ['*', 'elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeLoadBalancerAttributes'],
    // Asked of the caller of CreateLoadBalancer: kubernetes-sigs/aws-load-balancer-controller#3917.
    ['*', 'ec2:GetSecurityGroupsForVpc'],
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    ['elasticloadbalancing:@:targetgroup/${Name}/1', 'CreateTargetGroup ModifyTargetGroup DeleteTargetGroup AddTags'],
    ['elasticloadbalancing:@:targetgroup/${Name}/1', 'ModifyTargetGroupAttributes RegisterTargets DeregisterTargets'],
    ['*', 'elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTags'],
  ],
  'AWS::Events::Endpoint': [
    ['events:@:endpoint/${Name}', 'CreateEndpoint DescribeEndpoint UpdateEndpoint DeleteEndpoint'],
    ['route53:::healthcheck/1', 'GetHealthCheck'],
  ],
  'AWS::Events::EventBus': [
    ['events:@:event-bus/${Name}', `CreateEventBus DescribeEventBus UpdateEventBus DeleteEventBus ${tags}`],
    ['kms:@:key/1', 'Decrypt DescribeKey Encrypt GenerateDataKey'],
  ],
  'AWS::Events::Rule': [
    ['events:@:rule/${Bus}${Name}', `PutRule DescribeRule DeleteRule ${tags}`],
    ['events:@:rule/${Bus}${Name}', 'PutTargets ListTargetsByRule RemoveTargets'],
  ],
  'AWS::IAM::Role': [
    [
      'iam::#:role/dr/${RoleName}',
      'CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole',
    ],
    ['iam::#:role/dr/${RoleName}', 'PutRolePolicy GetRolePolicy DeleteRolePolicy PutRolePermissionsBoundary'],
    ['iam::#:role/dr/${RoleName}', 'ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole'],
    ['iam::#:role/dr/${RoleName}', 'ListRoleTags TagRole UntagRole'],
  ],
  'AWS::KMS::Alias': [
    ['kms:@:${AliasName}', 'CreateAlias UpdateAlias DeleteAlias'],
    ['kms:@:key/1', 'CreateAlias UpdateAlias DeleteAlias'],
    ['*', 'kms:ListAliases'],
  ],
  'AWS::KMS::Key': [
    ['*', 'kms:CreateKey'],
    ['kms:@:key/1', 'DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation DisableKeyRotation'],
    ['kms:@:key/1', 'UpdateKeyDescription ListResourceTags TagResource UntagResource ScheduleKeyDeletion'],
  ],
  'AWS::Lambda::EventSourceMapping': [
    ['*', 'lambda:CreateEventSourceMapping lambda:GetEventSourceMapping'],
    ['*', 'lambda:UpdateEventSourceMapping lambda:DeleteEventSourceMapping'],
    ['lambda:@:event-source-mapping:1', 'ListTags TagResource UntagResource'],
  ],
  'AWS::Lambda::Function': [
    ['lambda:@:function:${FunctionName}', 'CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration'],
    [
      'lambda:@:function:${FunctionName}',
      'PutFunctionConcurrency DeleteFunctionConcurrency DeleteFunction TagResource',
    ],
    // CloudFormation calls the functions of custom resources with the rights of the stack.
    ['lambda:@:function:${FunctionName}', 'InvokeFunction'],
    ['*', 'ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs elasticfilesystem:DescribeMountTargets'],
    ['kms:@:key/1', 'CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey'],
  ],
  'AWS::Lambda::Permission': [['lambda:@:function:${System}-f', 'AddPermission GetPolicy RemovePermission']],
  'AWS::Logs::Destination': [
    ['logs:@:destination:${DestinationName}', `PutDestination PutDestinationPolicy DeleteDestination ${tags}`],
    ['*', 'logs:DescribeDestinations'],
  ],
  'AWS::Logs::LogGroup': [
    [
      'logs:@:log-group:${LogGroupName}',
      `CreateLogGroup PutRetentionPolicy DeleteRetentionPolicy DeleteLogGroup ${tags}`,
    ],
    ['logs:@:log-group:${LogGroupName}', 'AssociateKmsKey DisassociateKmsKey GetDataProtectionPolicy'],
    ['*', 'logs:DescribeLogGroups logs:DescribeIndexPolicies logs:DescribeResourcePolicies'],
  ],
  'AWS::Logs::SubscriptionFilter': [
    ['logs:@:log-group:${LogGroupName}', 'PutSubscriptionFilter DescribeSubscriptionFilters DeleteSubscriptionFilter'],
  ],
  'AWS::Route53::HealthCheck': [
    ['*', 'route53:CreateHealthCheck'],
    ['route53:::healthcheck/1', 'GetHealthCheck UpdateHealthCheck DeleteHealthCheck ChangeTagsForResource'],
    ['route53:::healthcheck/1', 'ListTagsForResource ListTagsForResources'],
  ],
  'AWS::Route53::HostedZone': [
    ['*', 'route53:CreateHostedZone route53:ListHostedZonesByName'],
    ['route53:::hostedzone/1', 'GetHostedZone UpdateHostedZoneComment DeleteHostedZone ListQueryLoggingConfigs'],
    ['route53:::hostedzone/1', 'ChangeTagsForResource ListTagsForResource'],
    ['route53:::change/1', 'GetChange'],
  ],
  'AWS::Route53::RecordSet': [['route53:::hostedzone/1', 'ChangeResourceRecordSets ListResourceRecordSets']],
  'AWS::SNS::Subscription': [
    ['sns:@:${Topic}', 'Subscribe Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes'],
  ],
  'AWS::SNS::Topic': [['sns:@:${TopicName}', `CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic ${tags}`]],
  'AWS::SNS::TopicPolicy': [['sns:@:${Topic}', 'SetTopicAttributes']],
  'AWS::SQS::Queue': [
    ['sqs:@:${QueueName}', 'CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue TagQueue ListQueueTags'],
  ],
  'AWS::SQS::QueuePolicy': [['sqs:@:${System}-q', 'SetQueueAttributes']],
  'AWS::SSM::Document': [
    [
      'ssm:@:document/${Name}',
      'CreateDocument GetDocument DescribeDocument UpdateDocument UpdateDocumentDefaultVersion',
    ],
    ['ssm:@:document/${Name}', 'DeleteDocument AddTagsToResource ListTagsForResource RemoveTagsFromResource'],
  ],
  'AWS::SSM::Parameter': [
    ['ssm:@:parameter${Name}', 'PutParameter GetParameters DeleteParameter AddTagsToResource ListTagsForResource'],
  ],
  'AWS::Scheduler::ScheduleGroup': [
    ['scheduler:@:schedule-group/${Name}', `CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup ${tags}`],
    // Its schedules go with it.
    ['scheduler:@:schedule/${Name}/any', 'DeleteSchedule'],
  ],
  'AWS::StepFunctions::StateMachine': [
    ['states:@:stateMachine:${StateMachineName}', 'CreateStateMachine DescribeStateMachine UpdateStateMachine'],
    ['states:@:stateMachine:${StateMachineName}', `DeleteStateMachine ${tags}`],
    ['*', 'logs:CreateLogDelivery logs:PutResourcePolicy logs:DescribeLogGroups'],
  ],
  'AWS::XRay::Group': [['xray:@:group/${GroupName}/1', `CreateGroup GetGroup UpdateGroup DeleteGroup ${tags}`]],
}
