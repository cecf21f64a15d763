// Log groups and what carries log records away; metrics, alarms and dashboards beside them.
import { arn, parseArn } from '../identifiers.ts'
import { define, refused, serviceError } from './define.ts'
import { existing, others, record, text } from '../existing.ts'
import { acts } from '../rights/acts.ts'
import { keyArn } from '../rights/ask.ts'
import { lacking, type Values } from '../rights/row.ts'
import type { Cloud } from '../state.ts'
import { hasRole, isTrusted } from './iam.ts'
import type { Around, Kind } from './kind.ts'
import { requireKey } from './kms.ts'

const groupArn = (name: string, region: string): string => arn('logs', region, `log-group:${name}:*`)

const undeliverable = (around: Around, what: string): Error =>
  serviceError(
    around,
    'CloudWatchLogs',
    400,
    `Invalid request provided: ${what}. Could not deliver test message to specified destination. ` +
      'Check if the destination is valid.',
    'InvalidRequest',
  )

/** The stream behind an ARN, wherever it lives. */
export const hasStream = (around: Around, streamArn: string): boolean => {
  const named = parseArn(streamArn)
  return (
    named !== undefined &&
    existing(around.cloud, named.region, 'AWS::Kinesis::Stream', named.resource.replace('stream/', '')) !== undefined
  )
}

function requireRole(around: Around, type: string, role: string): void {
  const isFine = hasRole(around, role)
    ? isTrusted(around, role, 'logs.amazonaws.com') || isTrusted(around, role, `logs.${around.region}.amazonaws.com`)
    : false
  if (!isFine) throw undeliverable(around, type)
}

/** What CloudWatch Logs needs to know of a stream to ask for the rights of the role that sends to it. */
export function senderValues(cloud: Cloud, stream: string): Values {
  const { region: streamRegion = '', resource = '' } = parseArn(stream) ?? {}
  const found = existing(cloud, streamRegion, 'AWS::Kinesis::Stream', resource.replace('stream/', ''))
  const streamKey = keyArn(cloud, streamRegion, text(record(found?.properties.StreamEncryption).KeyId))
  return { stream, streamRegion, streamKey }
}

/** It sends a message to try the destination when that is made. */
function requireSender(around: Around, type: string, role: string, stream: string): void {
  const rows = acts['logs.amazonaws.com']['send to a destination']
  if (lacking(around.cloud, role, rows, senderValues(around.cloud, stream))) throw undeliverable(around, type)
}

/** At most this many subscription filters per log group. */
const filterLimit = 2

export const logs: Kind[] = [
  define('AWS::Logs::LogGroup', {
    name: 'LogGroupName',
    limit: 512,
    arn: (name, region) => arn('logs', region, `log-group:${name}`),
    taken: (name) =>
      `Resource of type 'AWS::Logs::LogGroup' with identifier '{"/properties/LogGroupName":"${name}"}' already exists.`,
    attributes: (_, name, { region }) => ({ Arn: groupArn(name, region) }),
    requires: ({ KmsKeyId }, around) => requireKey(around, text(KmsKeyId)),
    removed: (name, { cloud, region }) => {
      delete cloud.logs?.[`${region}|${name}`]
      return 'gone'
    },
  }),
  define('AWS::Logs::Destination', {
    name: 'DestinationName',
    attributes: (_, name, { region }) => ({ Arn: arn('logs', region, `destination:${name}`) }),
    requires: ({ TargetArn, RoleArn }, around) => {
      if (!hasStream(around, text(TargetArn))) throw undeliverable(around, 'AWS::Logs::Destination')
      requireRole(around, 'AWS::Logs::Destination', text(RoleArn))
      requireSender(around, 'AWS::Logs::Destination', text(RoleArn), text(TargetArn))
    },
  }),
  define('AWS::Logs::SubscriptionFilter', {
    name: 'FilterName',
    within: 'LogGroupName',
    createOnly: ['LogGroupName'],
    requires: (properties, around) => {
      const group = text(properties.LogGroupName)
      if (!existing(around.cloud, around.region, 'AWS::Logs::LogGroup', group)) {
        throw serviceError(around, 'CloudWatchLogs', 400, 'The specified log group does not exist.', 'NotFound')
      }
      const filters = others(around, 'AWS::Logs::SubscriptionFilter')
      if (filters.filter((filter) => filter.properties.LogGroupName === group).length >= filterLimit) {
        throw serviceError(around, 'CloudWatchLogs', 400, 'Resource limit exceeded.', 'ServiceLimitExceeded')
      }
      requireTarget(around, text(properties.DestinationArn), text(properties.RoleArn))
    },
  }),
  define('AWS::Logs::ResourcePolicy', { name: 'PolicyName' }),
  define('AWS::Logs::MetricFilter', {
    name: 'FilterName',
    within: 'LogGroupName',
    createOnly: ['LogGroupName'],
    requires: ({ LogGroupName }, around) => {
      if (!existing(around.cloud, around.region, 'AWS::Logs::LogGroup', text(LogGroupName))) {
        throw serviceError(around, 'CloudWatchLogs', 400, 'The specified log group does not exist.', 'NotFound')
      }
    },
  }),
]

/** What a subscription filter sends to: a destination or function of its own region, or a stream with a role. */
function requireTarget(around: Around, target: string, role: string): void {
  const named = parseArn(target)
  const type = 'AWS::Logs::SubscriptionFilter'
  if (!named || named.region !== around.region) throw undeliverable(around, type)
  const [, name = ''] = named.resource.split(':')
  if (named.service === 'kinesis') {
    if (!hasStream(around, target)) throw undeliverable(around, type)
    requireRole(around, type, role)
    requireSender(around, type, role, target)
  }
  if (named.service === 'logs' && !existing(around.cloud, around.region, 'AWS::Logs::Destination', name)) {
    throw serviceError(around, 'CloudWatchLogs', 400, 'The specified destination does not exist.', 'NotFound')
  }
  if (named.service === 'lambda' && !mayInvoke(around, name, target)) {
    const message =
      'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.'
    throw serviceError(around, 'CloudWatchLogs', 400, message, 'InvalidRequest')
  }
}

const mayInvoke = (around: Around, name: string, target: string): boolean =>
  others(around, 'AWS::Lambda::Permission').some(
    ({ properties: { FunctionName, Principal } }) =>
      [name, target].includes(text(FunctionName)) && /^logs\.(.+\.)?amazonaws\.com$/.test(text(Principal)),
  )

const alarmArn = (name: string, region: string): string => arn('cloudwatch', region, `alarm:${name}`)

const alarm = (type: string): Kind =>
  define(type, {
    name: 'AlarmName',
    limit: 255,
    arn: alarmArn,
    taken: (name) => `${name} already exists`,
    attributes: (_, name, { region }) => ({ Arn: alarmArn(name, region) }),
  })

export const cloudwatch: Kind[] = [
  alarm('AWS::CloudWatch::Alarm'),
  alarm('AWS::CloudWatch::CompositeAlarm'),
  define('AWS::CloudWatch::Dashboard', {
    scope: 'global',
    name: 'DashboardName',
    taken: (name) => `${name} already exists`,
    requires: ({ DashboardBody }, around) => {
      try {
        JSON.parse(text(DashboardBody))
      } catch {
        throw refused(around, 'The field DashboardBody must be a valid JSON object', 'InvalidRequest')
      }
    },
  }),
]
