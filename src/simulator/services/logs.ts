// CloudWatch Logs: the log groups of a region.
import {
  type DeleteLogGroupCommandInput,
  type DescribeLogGroupsCommandInput,
  type FilterLogEventsCommandInput,
  InvalidParameterException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'

import { type Answers, type Call, Refusal } from '../answer.ts'
import { linesOf } from '../data/buses.ts'
import { all, existing, text } from '../existing.ts'
import type { Resource } from '../state.ts'
import { said } from '../said.ts'
import { page } from './pages.ts'

const type = 'AWS::Logs::LogGroup'

const view = ({ physicalId: name, properties, attributes, createdAt }: Resource): object => ({
  logGroupName: name,
  arn: attributes.Arn,
  logGroupArn: text(attributes.Arn).replace(/:\*$/, ''),
  creationTime: createdAt,
  retentionInDays: properties.RetentionInDays === undefined ? undefined : Number(properties.RetentionInDays),
  kmsKeyId: properties.KmsKeyId,
  storedBytes: 0,
  logGroupClass: 'STANDARD',
})

/** The one form of pattern that is known here: all words in quotes must be in the line. */
function words(pattern: string): string[] {
  if (!/^("[^"]*"\s*)*$/.test(pattern)) {
    throw new Refusal('NotImplemented', 'the simulated CloudWatch Logs looks for words in quotes alone', 501)
  }
  return [...pattern.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word)
}

function filter(input: FilterLogEventsCommandInput, call: Call): unknown {
  const { logGroupName: name = '', filterPattern = '', startTime = 0, endTime = Infinity, limit = 10_000 } = input
  if (!existing(call.cloud, call.region, type, name)) {
    throw new ResourceNotFoundException(said('The specified log group does not exist.'))
  }
  const wanted = words(filterPattern)
  const found = linesOf(call, call.region, name).filter(
    ({ at, message }) => at >= startTime && at < endTime && wanted.every((word) => message.includes(word)),
  )
  const { items, next } = page(found, limit, input.nextToken)
  return {
    events: items.map(({ at, message }, index) => ({
      logStreamName: 'events',
      timestamp: at,
      ingestionTime: at,
      message,
      eventId: `${at}-${index}`,
    })),
    searchedLogStreams: [],
    ...(next !== undefined && { nextToken: next }),
  }
}

/** CloudWatch Logs, by command. */
export const answers: Answers = {
  FilterLogEventsCommand: filter,
  DescribeLogGroupsCommand: (input: DescribeLogGroupsCommandInput, { cloud, region }: Call) => {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, limit = 50, nextToken } = input
    if (prefix !== undefined && pattern !== undefined) {
      const message = 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.'
      throw new InvalidParameterException(said(message))
    }
    const found = all(cloud, type, region)
      .filter(({ physicalId: name }) => name.startsWith(prefix ?? '') && name.includes(pattern ?? ''))
      .sort((a, b) => (a.physicalId < b.physicalId ? -1 : 1))
    const { items, next } = page(found, limit, nextToken)
    return { logGroups: items.map(view), ...(next !== undefined && { nextToken: next }) }
  },
  DeleteLogGroupCommand: ({ logGroupName: name = '' }: DeleteLogGroupCommandInput, { cloud, region }: Call) => {
    if (!existing(cloud, region, type, name)) {
      throw new ResourceNotFoundException(said('The specified log group does not exist.'))
    }
    delete cloud.resources[`${region}|${type}|${name}`]
    delete cloud.logs?.[`${region}|${name}`]
    return {}
  },
}
