// What CloudFormation's handlers call for functions, containers, load balancers, APIs, state machines and scaling;
// the notation and its source: fact.ts.
import type { Facts } from '../fact.ts'

const callerChecks =
  'https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html'

export const compute: Facts = {
  'AWS::ApiGatewayV2::Api': [
    ['apigateway:!:/apis', 'GET/rud POST/cu'],
    ['apigateway:!:/apis/*', 'GET/rud PATCH/u DELETE/ud'],
    ['apigateway:!:/tags/*', 'PUT/cu POST/cu DELETE/ud'],
    ['s3:::${BodyS3Location.Bucket}/${BodyS3Location.Key}', 'GetObject/crud'],
  ],
  'AWS::ApiGatewayV2::ApiMapping': [
    ['apigateway:!:/domainnames/*/apimappings/*', 'GET/ru POST/c PATCH/u DELETE/d PUT/u'],
  ],
  'AWS::ApiGatewayV2::DomainName': [
    ['apigateway:!:/domainnames', 'POST/cu PUT/cu'],
    ['apigateway:!:/domainnames/*', 'GET/crud PATCH/u DELETE/ud'],
  ],
  'AWS::ApiGatewayV2::Integration': [
    ['apigateway:!:/apis/*/integrations/*', 'GET/rud POST/c PATCH/u DELETE/d PUT/u'],
    ['${CredentialsArn}', 'iam:PassRole/cu', { to: 'apigateway.amazonaws.com' }],
  ],
  'AWS::ApiGatewayV2::Route': [['apigateway:!:/apis/*/routes/*', 'GET/rud POST/c PATCH/u DELETE/d PUT/u']],
  'AWS::ApiGatewayV2::Stage': [
    ['apigateway:!:/apis/*/stages/*', 'GET/r POST/cu PATCH/u DELETE/ud'],
    ['apigateway:!:/apis/*/stages', 'TagResource/cu UntagResource/u'],
    [
      '*',
      `logs:CreateLogDelivery/c logs:GetLogDelivery/cru logs:UpdateLogDelivery/cu logs:DeleteLogDelivery/ud
        logs:ListLogDeliveries/cru logs:PutResourcePolicy/cu logs:DescribeResourcePolicies/cru
        logs:DescribeLogGroups/cru`,
      { source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html' },
    ],
  ],
  'AWS::ApiGatewayV2::VpcLink': [
    ['apigateway:!:/vpclinks', 'POST/cu'],
    ['apigateway:!:/vpclinks/*', 'GET/crud PATCH/u DELETE/ud TagResource/cu UntagResource/u'],
    [
      'iam::#:role/aws-service-role/ops.apigateway.amazonaws.com/*',
      `DeleteServiceLinkedRole/crud GetServiceLinkedRoleDeletionStatus/crud`,
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/crud', { linked: 'ops.apigateway.amazonaws.com' }],
  ],
  'AWS::ApplicationAutoScaling::ScalableTarget': [
    [
      'application-autoscaling:@:scalable-target/*',
      `RegisterScalableTarget/cu DeregisterScalableTarget/d PutScheduledAction/cu DeleteScheduledAction/u`,
    ],
    [
      'application-autoscaling:@:scalable-target/*',
      `ListTagsForResource/cru TagResource/cu UntagResource/ud`,
      { source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html' },
    ],
    [
      '*',
      `application-autoscaling:DescribeScalableTargets/cru application-autoscaling:DescribeScheduledActions/cru
        cloudwatch:DescribeAlarms/cu`,
    ],
    // What it tries with the caller's rights before it registers a target: without the name of an instance or alarm, and on
    // an instance that does not exist.
    ['cloudwatch:@:alarm:', 'DeleteAlarms/cu PutMetricAlarm/cu'],
    ['rds:@:db:', 'CreateDBInstance/cu DeleteDBInstance/cu', { when: 'ServiceNamespace=rds', source: callerChecks }],
    ['rds:@:${ResourceId}', 'CreateDBInstance/cu', { when: 'ServiceNamespace=rds', source: callerChecks }],
    [
      'rds:us-east-1:*:db:non-existing-db',
      'AddTagsToResource/cu',
      { when: 'ServiceNamespace=rds', source: callerChecks },
    ],
    [
      '*',
      'rds:DescribeDBClusters/cu rds:DescribeDBInstances/cu',
      { when: 'ServiceNamespace=rds', source: callerChecks },
    ],
    [
      'ecs:@:${ResourceId}',
      'DescribeServices/cu UpdateService/cu',
      { when: 'ServiceNamespace=ecs', source: callerChecks },
    ],
    [
      'iam::#:role/aws-service-role/*',
      `CreateServiceLinkedRole/c`,
      { linked: '${ServiceNamespace}.application-autoscaling.amazonaws.com' },
    ],
    ['${RoleARN}', 'iam:PassRole/c', { to: 'application-autoscaling.amazonaws.com' }],
    [
      'lambda:@:function:*',
      `DeleteProvisionedConcurrencyConfig/cu GetProvisionedConcurrencyConfig/cu
        PutProvisionedConcurrencyConfig/cu`,
      { when: 'ServiceNamespace=lambda' },
    ],
  ],
  'AWS::ApplicationAutoScaling::ScalingPolicy': [
    ['application-autoscaling:@:scalable-target/*', 'PutScalingPolicy/cu DeleteScalingPolicy/d'],
    ['*', 'application-autoscaling:DescribeScalingPolicies/crud cloudwatch:GetMetricData/cu'],
  ],
  'AWS::ECS::Cluster': [
    [
      'ecs:@:cluster/${ClusterName}',
      `CreateCluster/c DescribeClusters/crud UpdateCluster/u UpdateClusterSettings/u ListTagsForResource/u
        TagResource/cu UntagResource/u PutClusterCapacityProviders/u DeleteCluster/d`,
    ],
    ['iam::#:role/aws-service-role/*', 'CreateServiceLinkedRole/c', { linked: 'ecs.amazonaws.com' }],
    ['kms:@:key/*', 'DescribeKey/crud'],
    ['*', 'ecs:PutAccountSetting/u ecs:PutAccountSettingDefault/u'],
  ],
  'AWS::ECS::Service': [
    [
      'ecs:@:service/${Cluster}/${ServiceName}',
      `CreateService/c DescribeServices/crud UpdateService/u DeleteService/d ListTagsForResource/u
        TagResource/cu UntagResource/u ListServiceDeployments/cu`,
    ],
    ['ecs:@:service-deployment/${Cluster}/${ServiceName}/*', 'DescribeServiceDeployments/cu StopServiceDeployment/u'],
    ['${Role}', 'iam:PassRole/c', { to: 'ecs.amazonaws.com' }],
  ],
  'AWS::ECS::TaskDefinition': [
    [
      'ecs:@:task-definition/${Family}:*',
      `RegisterTaskDefinition/c ListTagsForResource/u TagResource/cu UntagResource/u`,
    ],
    ['*', 'ecs:DeregisterTaskDefinition/d ecs:DescribeTaskDefinition/crud'],
    ['${TaskRoleArn}', 'iam:GetRole/cud'],
    ['${ExecutionRoleArn}', 'iam:GetRole/cud'],
    ['${TaskRoleArn}', 'iam:PassRole/cud', { to: 'ecs-tasks.amazonaws.com' }],
    ['${ExecutionRoleArn}', 'iam:PassRole/cud', { to: 'ecs-tasks.amazonaws.com' }],
  ],
  'AWS::ElasticLoadBalancingV2::Listener': [
    ['elasticloadbalancing:@:loadbalancer/app/*', 'CreateListener/c RemoveTags/u'],
    [
      'elasticloadbalancing:@:listener/app/*',
      `ModifyListener/u ModifyListenerAttributes/cu DeleteListener/d AddTags/cu`,
    ],
    [
      '*',
      `elasticloadbalancing:DescribeListeners/crud elasticloadbalancing:DescribeListenerAttributes/ru
        elasticloadbalancing:DescribeTags/ru`,
    ],
    ['cognito-idp:@:*', 'DescribeUserPoolClient/cu', { when: 'DefaultActions=AuthenticateCognitoConfig' }],
  ],
  'AWS::ElasticLoadBalancingV2::ListenerRule': [
    ['elasticloadbalancing:@:listener/app/*', 'CreateRule/c RemoveTags/u'],
    ['elasticloadbalancing:@:listener-rule/app/*', 'ModifyRule/u SetRulePriorities/u DeleteRule/d AddTags/cu'],
    ['*', 'elasticloadbalancing:DescribeRules/crud elasticloadbalancing:DescribeTags/ru'],
    ['cognito-idp:@:userpool/*', 'DescribeUserPoolClient/c', { when: 'Actions=AuthenticateCognitoConfig' }],
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    [
      'elasticloadbalancing:@:loadbalancer/app/${Name}/*',
      `CreateLoadBalancer/c ModifyLoadBalancerAttributes/cu AddTags/cu SetSecurityGroups/cu SetSubnets/u
        DeleteLoadBalancer/d RemoveTags/u ModifyCapacityReservation/cu ModifyIpPools/u SetIpAddressType/u`,
    ],
    [
      '*',
      `elasticloadbalancing:DescribeLoadBalancers/crd elasticloadbalancing:DescribeLoadBalancerAttributes/r
        ec2:DescribeIpamPools/c elasticloadbalancing:DescribeCapacityReservation/r
        elasticloadbalancing:DescribeTags/r`,
    ],
    [
      '*',
      `ec2:GetSecurityGroupsForVpc/cru`,
      { source: 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3917' },
    ],
  ],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [
    [
      'elasticloadbalancing:@:targetgroup/${Name}/*',
      `CreateTargetGroup/c ModifyTargetGroup/u DeleteTargetGroup/d AddTags/cu ModifyTargetGroupAttributes/cu
        RegisterTargets/cu DeregisterTargets/u RemoveTags/u`,
    ],
    [
      '*',
      `elasticloadbalancing:DescribeTargetGroups/crud elasticloadbalancing:DescribeTags/r
        elasticloadbalancing:DescribeTargetHealth/cru elasticloadbalancing:DescribeTargetGroupAttributes/r`,
    ],
  ],
  'AWS::Lambda::EventSourceMapping': [
    [
      '*',
      `lambda:CreateEventSourceMapping/c lambda:GetEventSourceMapping/crud lambda:UpdateEventSourceMapping/u
        lambda:DeleteEventSourceMapping/d`,
      { calls: 'lambda:@:function:${FunctionName}' },
    ],
    ['lambda:@:event-source-mapping:*', 'ListTags/r TagResource/cu UntagResource/u'],
    ['kms:@:key/*', 'Decrypt/crud DescribeKey/cu GenerateDataKey/cu'],
  ],
  'AWS::Lambda::Function': [
    [
      'lambda:@:function:${FunctionName}',
      `CreateFunction/c GetFunction/crud UpdateFunctionCode/u UpdateFunctionConfiguration/u
        PutFunctionConcurrency/cu DeleteFunctionConcurrency/u DeleteFunction/d TagResource/cu
        GetFunctionCodeSigningConfig/cru GetFunctionRecursionConfig/cru GetRuntimeManagementConfig/cru
        PutFunctionRecursionConfig/cu PutFunctionScalingConfig/cu PutRuntimeManagementConfig/cu
        GetFunctionScalingConfig/r DeleteFunctionCodeSigningConfig/u PublishVersion/u
        UntagResource/u`,
    ],
    [
      '*',
      `ec2:DescribeSecurityGroups/cu ec2:DescribeSubnets/cu ec2:DescribeVpcs/cu
        elasticfilesystem:DescribeMountTargets/cu ec2:DescribeNetworkInterfaces/d`,
    ],
    ['kms:@:key/*', 'CreateGrant/cu Decrypt/cru DescribeKey/cu Encrypt/c GenerateDataKey/cu'],
    ['s3files:@:*', 'ListMountTargets/cu', { when: 'FileSystemConfigs=:s3files:' }],
    ['${Role}', 'iam:PassRole/cu', { to: 'lambda.amazonaws.com' }],
    ['${CodeSigningConfigArn}', 'lambda:GetCodeSigningConfig/cu lambda:PutFunctionCodeSigningConfig/u'],
    ['lambda:@:function:${FunctionName}', 'PutFunctionCodeSigningConfig/u', { when: 'CodeSigningConfigArn' }],
    ['${Layers.*}', 'lambda:GetLayerVersion/c'],
    [
      '${CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn}',
      `lambda:PassCapacityProvider/cu`,
    ],
    ['s3:::${Code.S3Bucket}/${Code.S3Key}', 'GetObject/cu GetObjectVersion/cu'],
  ],
  'AWS::Lambda::Permission': [['lambda:@:function:${FunctionName}', 'AddPermission/c GetPolicy/r RemovePermission/d']],
  'AWS::StepFunctions::StateMachine': [
    [
      'states:@:stateMachine:${StateMachineName}',
      `CreateStateMachine/c DescribeStateMachine/crd UpdateStateMachine/u DeleteStateMachine/d
        ListTagsForResource/ru TagResource/cu UntagResource/u`,
    ],
    [
      '*',
      `logs:CreateLogDelivery/c logs:PutResourcePolicy/cu logs:DescribeLogGroups/cru`,
      { source: 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html' },
    ],
    ['${RoleArn}', 'iam:PassRole/cu', { to: 'states.amazonaws.com' }],
    ['kms:@:key/*', 'DescribeKey/cu GenerateDataKey/cu Decrypt/r'],
    ['s3:::${DefinitionS3Location.Bucket}/${DefinitionS3Location.Key}', 'GetObject/cu GetObjectVersion/cu'],
  ],
}
