// What the transactions system tells the outside: each key names the thing it promises.
import { expect } from 'vitest'
import { all, capital, list, meant, one, output, sides, texts, type Check, type World } from '../world.ts'

const means = (world: World, type: string, key: string): void => {
  expect(world.outputs, key).toHaveProperty(key)
  meant(world, type, world.outputs[key])
}

const without = (key: string) => (world: World) => {
  delete world.outputs[key]
}

/** Every key that flat-outputs.json holds for this system. */
export const keysOfTransactions = [
  ...sides.flatMap((side) =>
    ['VpcId', 'PrivateSubnetIds', 'KeyId', 'KeyArn', 'AlertTopicArn', 'TransactionTableName', 'BucketName']
      .concat(['FunctionName', 'FunctionArn', 'ApiHost', 'LogGroupName', 'PeerLogStreamArn', 'PeeringConnectionId'])
      .map((name) => capital(side) + name),
  ),
  'HostedZoneId',
  'NameServers',
  'RecordName',
  'PrimaryHealthCheckId',
  'FailoverHealthCheckId',
  'FailoverTestDocument',
  'DeadManDocument',
  'DeadManRoleArn',
  'DashboardName',
  'ReplicationRoleArn',
  'TableManagementRoleArn',
]

export const outputs: Check[] = [
  {
    ids: 'TXN-48',
    rule: 'outputs of the primary name table, bucket, function and hosted zone',
    holds: (world) => {
      expect(world.outputs.PrimaryTransactionTableName).toBe(`transactions-table-${world.suffix}`)
      means(world, 'AWS::S3::Bucket', 'PrimaryBucketName')
      means(world, 'AWS::Lambda::Function', 'PrimaryFunctionArn')
      means(world, 'AWS::Route53::HostedZone', 'HostedZoneId')
    },
    breaks: without('HostedZoneId'),
  },
  {
    ids: 'TXN-49',
    rule: 'outputs of the failover region name table, bucket and function',
    holds: (world) => {
      expect(world.outputs.FailoverTransactionTableName).toBe(`transactions-table-${world.suffix}`)
      means(world, 'AWS::S3::Bucket', 'FailoverBucketName')
      means(world, 'AWS::Lambda::Function', 'FailoverFunctionArn')
    },
    breaks: without('FailoverBucketName'),
  },
  {
    ids: 'TXN-50',
    rule: 'outputs name the keys of both regions by id and ARN',
    holds: (world) => {
      for (const side of sides)
        for (const name of ['KeyId', 'KeyArn'])
          expect(one(world, 'AWS::KMS::Key', side).is(output(world, side, name)), side + name).toBe(true)
    },
    breaks: (world) => {
      world.outputs.FailoverKeyId = output(world, 'primary', 'KeyId')
    },
  },
  {
    ids: 'TXN-51',
    rule: 'outputs name the topics of both regions',
    holds: (world) => {
      for (const side of sides)
        expect(one(world, 'AWS::SNS::Topic', side).is(output(world, side, 'AlertTopicArn'))).toBe(true)
    },
    breaks: (world) => {
      world.outputs.PrimaryAlertTopicArn = output(world, 'failover', 'AlertTopicArn')
    },
  },
  {
    ids: 'TXN-52',
    rule: 'outputs name the VPCs and all private subnets of both regions',
    holds: (world) => {
      for (const side of sides) {
        expect(one(world, 'AWS::EC2::VPC', side).is(output(world, side, 'VpcId'))).toBe(true)
        const named = output(world, side, 'PrivateSubnetIds').split(',')
        const subnets = all(world, 'AWS::EC2::Subnet', side)
        expect(named).toHaveLength(subnets.length)
        for (const subnet of subnets)
          expect(
            named.some((id) => subnet.is(id)),
            subnet.name,
          ).toBe(true)
      }
    },
    breaks: (world) => {
      world.outputs.PrimaryPrivateSubnetIds = output(world, 'primary', 'PrivateSubnetIds').split(',').slice(1).join(',')
    },
  },
  {
    ids: 'TXN-65',
    rule: 'every promised output is there, both regions are watched, and traffic can move',
    holds: (world) => {
      for (const key of keysOfTransactions) expect(world.outputs[key] ?? '', key).toMatch(/\S/)
      const records = all(world, 'AWS::Route53::RecordSet').flatMap((record) => texts(record, 'Failover'))
      expect(records.sort()).toEqual(['PRIMARY', 'SECONDARY'])
      for (const side of sides) {
        const watched = all(world, 'AWS::CloudWatch::Alarm', side).flatMap((alarm) => list(alarm, 'Namespace'))
        for (const family of ['AWS/Lambda', 'AWS/DynamoDB', 'AWS/ApiGateway']) expect(watched).toContain(family)
      }
    },
    breaks: without('NameServers'),
  },
]
