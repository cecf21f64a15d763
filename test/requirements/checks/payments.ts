// All checks of the payments system that hold for templates and for what is deployed alike.
import { sides } from '../world.ts'

const regional = [
  ...['VpcId', 'VpcCidr', 'PrivateSubnetIds', 'KeyId', 'KeyArn', 'AlertTopicArn', 'PeeringConnectionId'],
  ...['ClusterIdentifier', 'ClusterArn', 'WriterEndpoint', 'ReaderEndpoint', 'SessionTableName', 'BackupVaultName'],
  ...['FunctionName', 'FunctionArn', 'LogGroupName', 'ApiHost', 'EventBusName', 'EventBusArn', 'DashboardName'],
  'ParameterPrefix',
]

/** Every key that flat-outputs.json holds for this system. */
export const keysOfPayments = [
  ...sides.flatMap((side) => regional.map((name) => (side === 'primary' ? 'Primary' : 'Failover') + name)),
  ...['GlobalClusterIdentifier', 'BackupPlanId', 'RotationFunctionName', 'DrAutomationRoleArn', 'HostedZoneId'],
  ...['NameServers', 'RecordName', 'PrimaryHealthCheckId', 'FailoverHealthCheckId', 'EventEndpointUrl'],
]
