// Broken variants for the rules about alarms.
import { added, changed, type Variant } from './variant.ts'

const alarm = (properties: string): string => `
  OtherAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub 'other-\${EnvironmentSuffix}'
      ${properties}
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [t]
      OKActions: [t]
`
const store = 'data/store.yaml'
const inBoth = (wrong: string, says: Variant['says'], properties: string): Variant => ({
  ...added('alarms/region', wrong, says, alarm(properties)),
  file: store,
})

export const alarms: Variant[] = [
  inBoth(
    'a health check that is watched from the failover region',
    'OtherAlarm has no metric in us-west-2: AWS/Route53 has its metrics in us-east-1',
    'Namespace: AWS/Route53\n      MetricName: HealthCheckStatus\n      Dimensions: [{ Name: HealthCheckId, Value: h }]',
  ),
  inBoth(
    'a function that is not there',
    'no metric in us-east-1: there is no AWS::Lambda::Function ledger-reader-pr123',
    "Namespace: AWS/Lambda\n      MetricName: Errors\n      Dimensions: [{ Name: FunctionName, Value: !Sub 'ledger-reader-${EnvironmentSuffix}' }]",
  ),
  inBoth(
    'a table that replicates to where the alarm stands',
    'in us-west-2: a table does not replicate to itself',
    "Namespace: AWS/DynamoDB\n      MetricName: ReplicationLatency\n      Dimensions: [{ Name: TableName, Value: !Sub 'ledger-${EnvironmentSuffix}' }, { Name: ReceivingRegion, Value: !Ref FailoverRegion }]",
  ),
  inBoth(
    'a bucket that is in the other region',
    'in us-east-1: there is no AWS::S3::Bucket',
    "Namespace: AWS/S3\n      MetricName: ReplicationLatency\n      Dimensions: [{ Name: DestinationBucket, Value: !Sub 'ledger-${EnvironmentSuffix}-${AWS::AccountId}-${FailoverRegion}' }]",
  ),
  changed(
    'alarms/region',
    'a table without replica there',
    store,
    "Dimensions: [{ Name: TableName, Value: !Sub 'ledger-${EnvironmentSuffix}' }]",
    "Dimensions: [{ Name: TableName, Value: !Sub 'journal-${EnvironmentSuffix}' }]",
    'there is no replica of journal-pr123',
  ),
]
