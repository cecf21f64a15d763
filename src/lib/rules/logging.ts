// Rules: everything that runs leaves a log, and every alarm reaches someone.
import type { Value } from '../core/model.ts'
import { hasToken } from '../templates/tokens.ts'
import { each, get, isMember, isTrue, listOf, resources, textsOf, type Rule, text } from './rule.ts'

/** Days for which CloudWatch Logs keeps entries. Source: its API reference, PutRetentionPolicy. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const isGroup = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/

/**
 * Log groups that a resource names by ARN, and whether `:*` has to stand at its end. Other services take both forms.
 * Sources: gh aws-samples/serverless-patterns#221 (with it EventBridge takes the target and delivers nothing);
 * API CloudWatchLogsLogGroup of Step Functions ("must end with :*").
 */
function groupsOf(
  type: string,
  properties: Record<string, Value>,
): { path: (string | number)[]; arn: string; star: boolean }[] {
  if (type === 'AWS::Events::Rule')
    return listOf(properties['Targets']).map((target, index) => ({
      path: ['Targets', index, 'Arn'],
      arn: text(get(target, 'Arn')),
      star: false,
    }))
  return listOf(get(properties, 'LoggingConfiguration', 'Destinations')).map((destination, index) => ({
    path: ['LoggingConfiguration', 'Destinations', index, 'CloudWatchLogsLogGroup', 'LogGroupArn'],
    arn: text(get(destination, 'CloudWatchLogsLogGroup', 'LogGroupArn')),
    star: true,
  }))
}

export const logging: Rule[] = [
  {
    id: 'logging/function-group',
    title: 'Every function writes to a log group that its system makes',
    requirements: ['COMMON-19', 'TXN-47'],
    fix: 'add a log group /aws/lambda/<function name>, or name one in LoggingConfig.LogGroup',
    check: each(['AWS::Lambda::Function'], ({ template, properties }, context) => {
      const group = get(properties, 'LoggingConfig', 'LogGroup') ?? `/aws/lambda/${text(properties['FunctionName'])}`
      const made = resources(context, 'AWS::Logs::LogGroup').some(
        (found) => found.template.region === template.region && found.properties['LogGroupName'] === group,
      )
      return made ? undefined : `has no log group ${text(group)}`
    }),
  },
  {
    id: 'logging/retention',
    title: 'Every log group says how long it keeps',
    requirements: ['COMMON-19', 'TXN-46'],
    fix: `set RetentionInDays to one of ${retentions.join(', ')}`,
    check: each(['AWS::Logs::LogGroup'], ({ properties }) => {
      const days = properties['RetentionInDays']
      if (days === undefined) return 'keeps its entries for ever'
      const isFine = hasToken(text(days) ?? '') || retentions.includes(Number(days))
      return isFine
        ? undefined
        : [{ path: ['RetentionInDays'], message: `cannot keep its entries for ${text(days)} days` }]
    }),
  },
  {
    id: 'logging/api',
    title: 'Every API stage writes an access log',
    requirements: ['COMMON-19'],
    fix: 'set AccessLogSettings.DestinationArn',
    check: each(['AWS::ApiGatewayV2::Stage'], ({ properties }) =>
      get(properties, 'AccessLogSettings', 'DestinationArn') === undefined ? 'writes no access log' : undefined,
    ),
  },
  {
    id: 'logging/group-arn',
    title: 'Every log group is given in the form of ARN that its service takes',
    requirements: ['COMMON-19', 'PAY-08'],
    fix: "GetAtt gives the ARN with :* at its end; without it: !Sub 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}'",
    check: each(['AWS::Events::Rule', 'AWS::StepFunctions::StateMachine'], ({ resource, properties }) =>
      groupsOf(resource.type, properties)
        .filter(({ arn, star }) => isGroup.test(arn) && arn.endsWith(':*') !== star)
        .map(({ path, star }) => ({
          path,
          message: star
            ? 'writes to a log group whose ARN does not end in :*, which Step Functions asks for'
            : 'sends to a log group whose ARN ends in :*, where EventBridge delivers nothing',
        })),
    ),
  },
  {
    id: 'logging/database',
    title: 'Every database sends its log to a group that its system makes',
    requirements: ['COMMON-19', 'REC-04', 'CIT-06', 'CIT-14'],
    fix: 'set EnableCloudwatchLogsExports, and make the log group /aws/rds/cluster|instance/<name>/<log>',
    check: each(['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'], (found, context) => {
      if (isMember(found)) return undefined
      const { resource, template, properties } = found
      const cluster = resource.type === 'AWS::RDS::DBCluster'
      const name = text(properties[cluster ? 'DBClusterIdentifier' : 'DBInstanceIdentifier'])
      const logs = textsOf(properties['EnableCloudwatchLogsExports'])
      if (logs.length === 0) return 'sends no log'
      // RDS makes a group that is missing itself: without a key, and its entries are kept for ever.
      const groups = resources(context, 'AWS::Logs::LogGroup').filter((it) => it.template.region === template.region)
      const wanted = logs.map((log) => `/aws/rds/${cluster ? 'cluster' : 'instance'}/${name}/${log}`)
      const missing = wanted.filter((it) => !groups.some((group) => group.properties['LogGroupName'] === it))
      return missing.length
        ? [{ path: ['EnableCloudwatchLogsExports'], message: `has no log group ${missing.join(', ')}` }]
        : undefined
    }),
  },
  {
    id: 'logging/flow-log',
    title: 'Every network writes a flow log',
    requirements: ['COMMON-19'],
    fix: 'add an AWS::EC2::FlowLog with ResourceType VPC',
    check: each(['AWS::EC2::VPC'], ({ resource, template }, context) => {
      const logged = resources(context, 'AWS::EC2::FlowLog').some(
        (log) => log.template === template && text(log.properties['ResourceId']).endsWith(`/${resource.logicalId}»`),
      )
      return logged ? undefined : 'writes no flow log'
    }),
  },
  {
    id: 'logging/alarm-actions',
    title: 'Every alarm tells a topic when it fires and when it is over',
    requirements: ['COMMON-19', 'TXN-37', 'TXN-41'],
    fix: 'set AlarmActions and OKActions to the alert topic',
    check: each(['AWS::CloudWatch::Alarm'], ({ properties }) => {
      const silent = ['AlarmActions', 'OKActions'].filter((name) => textsOf(properties[name]).length === 0)
      const off = properties['ActionsEnabled'] !== undefined && !isTrue(properties['ActionsEnabled'])
      if (off) return [{ path: ['ActionsEnabled'], message: 'has its actions switched off' }]
      return silent.length ? `has no ${silent.join(' and no ')}` : undefined
    }),
  },
  {
    id: 'logging/topic-key',
    title: 'Alarms may use the key of the topic that they notify',
    requirements: ['TXN-41'],
    fix: 'allow cloudwatch.amazonaws.com kms:Decrypt and kms:GenerateDataKey* in the key policy',
    // An alarm cannot publish to a topic under the key that AWS manages for SNS, nor under one that refuses CloudWatch.
    check: each(['AWS::KMS::Key'], ({ resource, template, properties }, context) => {
      const used = resources(context, 'AWS::SNS::Topic').some(
        (topic) => topic.template === template && topic.resource.dependsOn.includes(resource.logicalId),
      )
      const allowed = listOf(get(properties, 'KeyPolicy', 'Statement')).some((statement) =>
        textsOf(get(statement, 'Principal', 'Service')).includes('cloudwatch.amazonaws.com'),
      )
      return used && !allowed ? 'keeps alarms from its topic' : undefined
    }),
  },
]
