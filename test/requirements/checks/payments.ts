// All checks of the payments system that hold for templates and for what is deployed alike.
import { expect } from 'vitest'
import { capital, sides, type Check } from '../world.ts'
import { paymentsCompute, traced } from './payments-compute.ts'
import { paymentsData } from './payments-data.ts'
import { paymentsNames } from './payments-names.ts'

const regional = (
  'VpcId VpcCidr PrivateSubnetIds KeyId KeyArn AlertTopicArn PeeringConnectionId ClusterIdentifier ClusterArn ' +
  'WriterEndpoint ReaderEndpoint SessionTableName BackupVaultName ParameterPrefix FunctionName FunctionArn ' +
  'LogGroupName ApiHost EventBusName EventBusArn DashboardName'
).split(' ')

const once = (
  'GlobalClusterIdentifier BackupPlanId RotationFunctionName DrAutomationRoleArn HostedZoneId NameServers RecordName ' +
  'PrimaryHealthCheckId FailoverHealthCheckId EventEndpointUrl FailoverTestDocument PromoteDocument RewindDocument ' +
  'DeadManDocument DeadManRoleArn'
).split(' ')

/** Every key that flat-outputs.json holds for this system. */
export const keysOfPayments = [...sides.flatMap((side) => regional.map((name) => capital(side) + name)), ...once]

export const payments: Check[] = [
  ...paymentsData,
  ...paymentsCompute,
  ...paymentsNames,
  {
    ids: 'PAY-33',
    rule: 'every promised output is there',
    holds: (world) => {
      for (const key of keysOfPayments) expect(world.outputs[key] ?? '', key).toMatch(/\S/)
    },
    breaks: (world) => {
      delete world.outputs.EventEndpointUrl
    },
  },
]

export { traced }
