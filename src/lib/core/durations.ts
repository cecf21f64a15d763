// How long AWS usually takes per resource type: for "usually 17 min" on screens, and for the simulator's pace.
// Estimates, not measured: see "Durations" in docs/sources.md.

/** Seconds: what a create, update or delete usually takes, and the range of creates that people see. */
interface Usual {
  create: number
  update: number
  delete: number
  range: [number, number]
}

const of = (create: number, update: number, remove: number, range: [number, number]): Usual => ({
  create,
  update,
  delete: remove,
  range,
})

/** A custom resource: the start of its function, its work and its answer. */
const custom: Usual = of(20, 15, 25, [10, 60])

/** What is not in the table: policies, permissions, routes and other small things. */
const defaultUsual: Usual = of(5, 5, 5, [2, 15])

/** Seconds that a stack set operation takes beside its stacks, until it says that it has ended. */
export const stackSetOverhead = 30

/** Seconds that a nested stack takes beside its resources. */
export const nestedOverhead = 15

/** Seconds a Lambda function in a VPC takes to go: its network interfaces linger (10 to 40 min are reported). */
const vpcFunctionDelete = 1200

/** By resource type, in seconds. */
export const usual: Record<string, Usual> = {
  'AWS::EC2::VPC': of(20, 10, 10, [15, 30]),
  'AWS::EC2::Subnet': of(10, 5, 10, [5, 20]),
  'AWS::EC2::RouteTable': of(10, 5, 5, [5, 20]),
  'AWS::EC2::VPCEndpoint': of(25, 15, 20, [15, 120]),
  'AWS::EC2::SecurityGroup': of(10, 10, 10, [5, 20]),
  'AWS::EC2::FlowLog': of(10, 5, 5, [5, 20]),
  'AWS::EC2::VPCPeeringConnection': of(25, 5, 10, [18, 30]),
  'AWS::EC2::InternetGateway': of(15, 5, 10, [10, 20]),
  'AWS::EC2::VPCGatewayAttachment': of(10, 5, 15, [5, 20]),
  'AWS::EC2::EIP': of(20, 5, 10, [15, 30]),
  'AWS::EC2::NatGateway': of(120, 10, 60, [90, 150]),
  'AWS::ApiGatewayV2::VpcLink': of(180, 5, 180, [120, 240]),
  'AWS::ECS::Cluster': of(15, 10, 10, [5, 20]),
  'AWS::ECS::Service': of(180, 180, 150, [120, 240]),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': of(160, 10, 20, [150, 180]),
  'AWS::ElasticLoadBalancingV2::TargetGroup': of(15, 10, 10, [10, 20]),
  'AWS::ApplicationAutoScaling::ScalableTarget': of(10, 10, 10, [5, 20]),
  'AWS::ApplicationAutoScaling::ScalingPolicy': of(10, 10, 10, [5, 20]),
  'AWS::KMS::Key': of(40, 20, 5, [30, 60]),
  'AWS::KMS::Alias': of(5, 5, 5, [2, 60]),
  'AWS::IAM::Role': of(22, 10, 5, [18, 30]),
  'AWS::IAM::Policy': of(16, 10, 5, [10, 20]),
  'AWS::IAM::ManagedPolicy': of(18, 10, 5, [10, 25]),
  'AWS::IAM::ServiceLinkedRole': of(20, 10, 20, [15, 30]),
  'AWS::SNS::Topic': of(8, 5, 5, [5, 15]),
  'AWS::SQS::Queue': of(65, 10, 65, [60, 70]),
  'AWS::S3::Bucket': of(30, 20, 5, [20, 45]),
  'AWS::S3::BucketPolicy': of(20, 5, 5, [5, 25]),
  'AWS::DynamoDB::GlobalTable': of(300, 60, 180, [180, 360]),
  'AWS::Kinesis::Stream': of(45, 30, 30, [30, 60]),
  'AWS::Logs::LogGroup': of(8, 5, 5, [5, 15]),
  'AWS::Logs::Destination': of(15, 5, 5, [5, 30]),
  'AWS::Lambda::Function': of(40, 15, 10, [30, 90]),
  'AWS::Lambda::EventSourceMapping': of(25, 20, 25, [20, 60]),
  'AWS::ApiGatewayV2::Api': of(10, 5, 5, [5, 18]),
  'AWS::ApiGatewayV2::DomainName': of(30, 30, 20, [20, 60]),
  'AWS::CloudWatch::Alarm': of(8, 5, 5, [6, 18]),
  'AWS::CloudWatch::Dashboard': of(6, 5, 5, [4, 18]),
  'AWS::Route53::HostedZone': of(42, 30, 30, [35, 60]),
  'AWS::Route53::HealthCheck': of(30, 15, 10, [20, 40]),
  'AWS::Route53::RecordSet': of(42, 40, 40, [35, 60]),
  'AWS::Events::Rule': of(35, 30, 30, [10, 65]),
  'AWS::Events::EventBus': of(10, 10, 10, [5, 20]),
  'AWS::Events::Endpoint': of(120, 60, 60, [60, 180]),
  'AWS::StepFunctions::StateMachine': of(10, 10, 60, [5, 20]),
  'AWS::SSM::Parameter': of(8, 5, 5, [6, 18]),
  'AWS::SSM::Document': of(10, 5, 5, [6, 18]),
  'AWS::RDS::DBSubnetGroup': of(10, 10, 5, [5, 20]),
  'AWS::RDS::DBParameterGroup': of(15, 30, 5, [10, 60]),
  'AWS::RDS::DBClusterParameterGroup': of(15, 30, 5, [10, 60]),
  'AWS::RDS::EventSubscription': of(20, 20, 20, [10, 60]),
  // A member of an Aurora cluster; databases of their own and Multi-AZ clusters below.
  'AWS::RDS::DBInstance': of(480, 300, 480, [300, 600]),
  'AWS::RDS::DBCluster': of(90, 60, 120, [60, 180]),
  'AWS::RDS::GlobalCluster': of(90, 30, 120, [60, 120]),
  'AWS::ElastiCache::ReplicationGroup': of(600, 600, 300, [420, 900]),
  'AWS::ElastiCache::SubnetGroup': of(10, 10, 5, [5, 20]),
  'AWS::ElastiCache::ParameterGroup': of(10, 10, 5, [5, 20]),
  'AWS::ElastiCache::User': of(15, 15, 30, [10, 60]),
  'AWS::ElastiCache::UserGroup': of(30, 30, 30, [15, 90]),
  'AWS::EFS::FileSystem': of(20, 15, 20, [10, 30]),
  'AWS::EFS::MountTarget': of(85, 20, 60, [60, 120]),
  'AWS::EFS::AccessPoint': of(10, 5, 10, [5, 20]),
  'AWS::SecretsManager::SecretTargetAttachment': of(10, 10, 5, [5, 20]),
  'AWS::SecretsManager::RotationSchedule': of(15, 15, 10, [10, 30]),
  'AWS::Backup::BackupVault': of(10, 5, 5, [6, 18]),
  'AWS::Backup::BackupPlan': of(8, 8, 5, [6, 18]),
  'AWS::Backup::BackupSelection': of(8, 5, 5, [6, 18]),
}

/**
 * What is usual for a resource, in seconds.
 * The properties matter where AWS needs far longer for one kind of use: a function in a VPC.
 */
export function usualOf(type: string, properties: Record<string, unknown> = {}): Usual {
  const found = usual[type] ?? (type.startsWith('Custom::') ? custom : defaultUsual)
  if (type === 'AWS::Lambda::Function' && properties['VpcConfig'] !== undefined) {
    return { ...found, create: 90, range: [30, 90], delete: vpcFunctionDelete }
  }
  return database(type, properties) ?? found
}

/** Databases, whose time depends on what they are: alone, spread over zones, or following another region. */
function database(type: string, properties: Record<string, unknown>): Usual | undefined {
  if (type === 'AWS::RDS::DBCluster' && properties['DBClusterInstanceClass'] !== undefined) {
    return of(1200, 600, 600, [900, 1500])
  }
  if (type === 'AWS::RDS::DBCluster' && properties['GlobalClusterIdentifier'] !== undefined) {
    return of(420, 60, 180, [300, 600])
  }
  if (type === 'AWS::ElastiCache::ReplicationGroup' && Number(properties['NumNodeGroups'] ?? 1) > 1) {
    return of(780, 600, 420, [600, 900])
  }
  if (type !== 'AWS::RDS::DBInstance' || properties['DBClusterIdentifier'] !== undefined) return undefined
  const isSpread = String(properties['MultiAZ']) === 'true'
  return isSpread ? of(1050, 600, 480, [900, 1800]) : of(500, 300, 360, [300, 900])
}
