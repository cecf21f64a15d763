// Which calls the handlers of CloudFormation make for a resource type, and on what. Source: the `handlers` of AWS's
// resource schemas (August 2026), without what our templates do not use; what a call knows as a resource: AWS's service
// authorization reference. File systems: EFS API reference, CreateMountTarget.

/**
 * By type: the resource, then the actions of one service. In a resource, `@` is region and account, `#` the account
 * alone, `${X}` a property or, as `${System}`, the system; `*` is a call that knows no resource.
 */
export const calls: Record<string, [resource: string, actions: string][]> = {
  'AWS::ApiGatewayV2::Api': [
    ['apigateway:!:/apis', 'GET POST'],
    ['apigateway:!:/apis/a1', 'GET PATCH DELETE'],
    ['apigateway:!:/tags/arn', 'PUT POST DELETE'],
  ],
  'AWS::ApiGatewayV2::ApiMapping': [['apigateway:!:/domainnames/d/apimappings/m', 'GET POST PATCH DELETE']],
  'AWS::ApiGatewayV2::DomainName': [
    ['apigateway:!:/domainnames', 'POST'],
    ['apigateway:!:/domainnames/d', 'GET PATCH DELETE'],
  ],
  'AWS::ApiGatewayV2::Integration': [['apigateway:!:/apis/a1/integrations/i1', 'GET POST PATCH DELETE']],
  'AWS::ApiGatewayV2::Route': [['apigateway:!:/apis/a1/routes/r1', 'GET POST PATCH DELETE']],
  'AWS::ApiGatewayV2::Stage': [
    ['apigateway:!:/apis/a1/stages/s', 'GET POST PATCH DELETE'],
    ['apigateway:!:/apis/a1/stages', 'TagResource UntagResource'],
    ['*', 'logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery'],
    ['*', 'logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups'],
  ],
  'AWS::ApiGatewayV2::VpcLink': [
    ['apigateway:!:/vpclinks', 'POST'],
    ['apigateway:!:/vpclinks/v1', 'GET PATCH DELETE TagResource UntagResource'],
    [
      'iam::#:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway',
      'DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus',
    ],
  ],
  'AWS::ApplicationAutoScaling::ScalableTarget': [
    ['application-autoscaling:@:scalable-target/1', 'RegisterScalableTarget DeregisterScalableTarget'],
    ['application-autoscaling:@:scalable-target/1', 'ListTagsForResource TagResource UntagResource'],
    ['application-autoscaling:@:scalable-target/1', 'PutScheduledAction DeleteScheduledAction'],
    ['*', 'application-autoscaling:DescribeScalableTargets application-autoscaling:DescribeScheduledActions'],
  ],
  'AWS::ApplicationAutoScaling::ScalingPolicy': [
    ['application-autoscaling:@:scalable-target/1', 'PutScalingPolicy DeleteScalingPolicy'],
    ['*', 'application-autoscaling:DescribeScalingPolicies'],
  ],
  'AWS::Backup::BackupPlan': [
    ['backup:@:backup-plan:1', 'CreateBackupPlan GetBackupPlan UpdateBackupPlan DeleteBackupPlan'],
    ['backup:@:backup-plan:1', 'ListTags TagResource UntagResource'],
  ],
  'AWS::Backup::BackupSelection': [
    ['backup:@:backup-plan:1', 'CreateBackupSelection GetBackupSelection DeleteBackupSelection'],
  ],
  'AWS::Backup::BackupVault': [
    ['backup:@:backup-vault:${BackupVaultName}', 'CreateBackupVault DescribeBackupVault DeleteBackupVault'],
    ['backup:@:backup-vault:${BackupVaultName}', 'GetBackupVaultAccessPolicy GetBackupVaultNotifications'],
    ['backup:@:backup-vault:${BackupVaultName}', 'ListTags TagResource UntagResource'],
    ['*', 'backup-storage:MountCapsule backup-storage:Mount'],
    ['kms:@:key/1', 'CreateGrant RetireGrant Decrypt GenerateDataKey DescribeKey'],
  ],
  'AWS::CloudWatch::Alarm': [
    ['cloudwatch:@:alarm:${AlarmName}', 'PutMetricAlarm DescribeAlarms DeleteAlarms'],
    ['cloudwatch:@:alarm:${AlarmName}', 'ListTagsForResource TagResource UntagResource'],
  ],
  'AWS::CloudWatch::Dashboard': [
    ['cloudwatch::#:dashboard/${DashboardName}', 'PutDashboard GetDashboard DeleteDashboards'],
  ],
  'AWS::Config::ConfigRule': [
    ['config:@:config-rule/1', 'PutConfigRule DeleteConfigRule'],
    ['*', 'config:DescribeConfigRules config:DescribeComplianceByConfigRule'],
  ],
  'AWS::DynamoDB::GlobalTable': [
    ['dynamodb:@:table/${TableName}', 'CreateTable CreateTableReplica UpdateTable DeleteTable DeleteTableReplica'],
    ['dynamodb:@:table/${TableName}', 'DescribeTable DescribeContinuousBackups UpdateContinuousBackups TagResource'],
    ['dynamodb:@:table/${TableName}', 'BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem'],
    ['*', 'application-autoscaling:DescribeScalableTargets application-autoscaling:DescribeScalingPolicies'],
    ['*', 'kms:ListAliases'],
    ['kms:@:key/1', 'CreateGrant RevokeGrant Decrypt DescribeKey'],
  ],
  'AWS::EC2::EIP': [
    ['ec2:@:elastic-ip/1', 'AllocateAddress ReleaseAddress AssociateAddress DisassociateAddress CreateTags DeleteTags'],
    ['*', 'ec2:DescribeAddresses'],
  ],
  'AWS::EC2::FlowLog': [
    ['ec2:@:vpc-flow-log/1', 'CreateFlowLogs DeleteFlowLogs CreateTags DeleteTags'],
    ['*', 'ec2:DescribeFlowLogs ec2:DescribeTags autoscaling:DescribeTags'],
    ['*', 'logs:CreateLogDelivery logs:DeleteLogDelivery'],
  ],
  'AWS::EC2::InternetGateway': [
    ['ec2:@:internet-gateway/1', 'CreateInternetGateway DeleteInternetGateway CreateTags DeleteTags'],
    ['*', 'ec2:DescribeInternetGateways'],
  ],
  'AWS::EC2::NatGateway': [
    ['ec2:@:natgateway/1', 'CreateNatGateway DeleteNatGateway CreateTags DeleteTags'],
    ['*', 'ec2:DescribeNatGateways'],
  ],
  'AWS::EC2::Route': [
    ['ec2:@:route-table/1', 'CreateRoute ReplaceRoute DeleteRoute'],
    ['*', 'ec2:DescribeRouteTables ec2:DescribeNetworkInterfaces'],
  ],
  'AWS::EC2::RouteTable': [['ec2:@:route-table/1', 'CreateRouteTable DeleteRouteTable CreateTags DeleteTags']],
  'AWS::EC2::SecurityGroup': [
    ['ec2:@:security-group/1', 'CreateSecurityGroup DeleteSecurityGroup CreateTags DeleteTags'],
    ['ec2:@:security-group/1', 'AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress'],
    ['ec2:@:security-group/1', 'RevokeSecurityGroupEgress RevokeSecurityGroupIngress'],
    ['ec2:@:security-group/1', 'UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress'],
    ['*', 'ec2:DescribeSecurityGroups ec2:DescribeInstances'],
  ],
  'AWS::EC2::SecurityGroupEgress': [
    ['ec2:@:security-group/1', 'AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress'],
    ['*', 'ec2:DescribeSecurityGroupRules'],
  ],
  'AWS::EC2::SecurityGroupIngress': [
    ['ec2:@:security-group/1', 'AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress'],
    ['*', 'ec2:DescribeSecurityGroupRules'],
  ],
  'AWS::EC2::Subnet': [
    ['ec2:@:subnet/1', 'CreateSubnet ModifySubnetAttribute DeleteSubnet CreateTags DeleteTags'],
    ['*', 'ec2:DescribeSubnets ec2:DescribeNetworkAcls'],
  ],
  'AWS::EC2::SubnetRouteTableAssociation': [
    ['ec2:@:route-table/1', 'AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation'],
  ],
  'AWS::EC2::VPC': [
    ['ec2:@:vpc/1', 'CreateVpc ModifyVpcAttribute DeleteVpc CreateTags DeleteTags'],
    ['*', 'ec2:DescribeVpcs ec2:DescribeVpcAttribute'],
  ],
  'AWS::EC2::VPCEndpoint': [
    ['ec2:@:vpc-endpoint/1', 'CreateVpcEndpoint ModifyVpcEndpoint DeleteVpcEndpoints CreateTags DeleteTags'],
    ['*', 'ec2:DescribeVpcEndpoints'],
  ],
  'AWS::EC2::VPCGatewayAttachment': [['ec2:@:internet-gateway/1', 'AttachInternetGateway DetachInternetGateway']],
  'AWS::EC2::VPCPeeringConnection': [
    ['ec2:@:vpc-peering-connection/1', 'CreateVpcPeeringConnection AcceptVpcPeeringConnection'],
    ['ec2:@:vpc-peering-connection/1', 'DeleteVpcPeeringConnection CreateTags DeleteTags'],
    ['*', 'ec2:DescribeVpcPeeringConnections'],
  ],
}
