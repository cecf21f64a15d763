// Rules: an alarm stands where its metric is. Elsewhere it would stay silent for ever, since no data is no error.
import type { Value } from '../core/model.ts'
import {
  get,
  listOf,
  nameOf,
  refOf,
  resources,
  text,
  type Context,
  type Found,
  type Rule,
  type Violation,
} from './rule.ts'

/** Services of the whole world, whose metrics are in one region. Source: the CloudWatch page of each service's guide. */
const oneRegion: Record<string, string> = {
  'AWS/Route53': 'us-east-1',
  'AWS/CloudFront': 'us-east-1',
  'AWS/Billing': 'us-east-1',
}

/** What a dimension names: a type, and the property that holds the name. */
const named: Record<string, [type: string, property: string]> = {
  BackupVaultName: ['AWS::Backup::BackupVault', 'BackupVaultName'],
  DBClusterIdentifier: ['AWS::RDS::DBCluster', 'DBClusterIdentifier'],
  DBInstanceIdentifier: ['AWS::RDS::DBInstance', 'DBInstanceIdentifier'],
  DestinationBucket: ['AWS::S3::Bucket', 'BucketName'],
  EventBusName: ['AWS::Events::EventBus', 'Name'],
  FileSystemId: ['AWS::EFS::FileSystem', 'FileSystemId'],
  FunctionName: ['AWS::Lambda::Function', 'FunctionName'],
  LogGroupName: ['AWS::Logs::LogGroup', 'LogGroupName'],
  QueueName: ['AWS::SQS::Queue', 'QueueName'],
  StreamName: ['AWS::Kinesis::Stream', 'Name'],
  TopicName: ['AWS::SNS::Topic', 'TopicName'],
}

const dimension = ({ properties }: Found, name: string): Value | undefined =>
  get(
    listOf(properties['Dimensions']).find((it) => get(it, 'Name') === name),
    'Value',
  )

/** RDS itself makes the members of a Multi-AZ cluster, and names them so. Source: RDS User Guide, "Creating a Multi-AZ DB cluster". */
const isMemberOf = (context: Context, region: string, name: string): boolean =>
  resources(context, 'AWS::RDS::DBCluster').some(
    ({ template, properties }) =>
      template.region === region &&
      properties['DBClusterInstanceClass'] !== undefined &&
      name.replace(/-instance-[123]$/, '') === properties['DBClusterIdentifier'],
  )

/** Why the metric of this alarm is not in its region; undefined when it is, or when nothing tells. */
function absence(context: Context, alarm: Found): string | undefined {
  const { region } = alarm.template
  const [namespace, metric] = [text(alarm.properties['Namespace']), text(alarm.properties['MetricName'])]
  const only = oneRegion[namespace]
  if (only !== undefined) return region === only ? undefined : `${namespace} has its metrics in ${only}`
  if (!namespace.startsWith('AWS/')) return undefined
  for (const [name, [type, property]] of Object.entries(named)) {
    const value = dimension(alarm, name)
    if (value === undefined) continue
    const here = resources(context, type).find(
      (it) => it.template.region === region && [it.properties[property], refOf(it)].includes(value),
    )
    if (!here && isMemberOf(context, region, text(value))) continue
    if (!here) return `there is no ${type} ${text(value)}`
    // Source: Aurora User Guide, "Monitoring an Aurora global database": the secondary clusters have the metric.
    if (metric === 'AuroraGlobalDBReplicationLag' && here.properties['GlobalClusterIdentifier'] === undefined)
      return `${text(value)} is the cluster that the others follow, and has no lag`
  }
  const table = dimension(alarm, 'TableName')
  const replicas = resources(context, 'AWS::DynamoDB::GlobalTable')
    .filter(({ properties }) => properties['TableName'] === table)
    .flatMap(({ properties }) => listOf(properties['Replicas']).map((it) => text(get(it, 'Region'))))
  if (text(table) !== '' && !replicas.includes(region)) return `there is no replica of ${text(table)}`
  return dimension(alarm, 'ReceivingRegion') === region ? 'a table does not replicate to itself' : undefined
}

export const alarms: Rule[] = [
  {
    id: 'alarms/region',
    title: 'Every alarm stands in the region that has its metric',
    requirements: ['COMMON-19', 'PAY-13', 'TXN-34', 'TXN-35', 'TXN-37'],
    fix: 'make the alarm in the other region, or correct its dimension',
    check: (context) =>
      resources(context, 'AWS::CloudWatch::Alarm').flatMap((alarm): Violation[] => {
        const why = absence(context, alarm)
        const message = `${nameOf(alarm)} has no metric in ${alarm.template.region}: ${why ?? ''}`
        return why === undefined ? [] : [{ position: alarm.resource.position, message }]
      }),
  },
]
