// SNS topics, SQS queues and their policies.
import { account } from '../state.ts'
import { define, refused } from './define.ts'
import { existing, text, texts } from '../existing.ts'
import { arn, fresh, parseArn, uuid } from '../identifiers.ts'
import type { Kind } from './kind.ts'
import { requireKey } from './kms.ts'

export const sns: Kind[] = [
  define('AWS::SNS::Topic', {
    name: 'TopicName',
    createOnly: ['FifoTopic'],
    id: (name, _, { region }) => arn('sns', region, name),
    arn: (id) => id,
    attributes: (_, id) => ({ TopicArn: id, TopicName: parseArn(id)?.resource ?? id }),
    requires: ({ KmsMasterKeyId }, around) => requireKey(around, text(KmsMasterKeyId)),
  }),
  define('AWS::SNS::TopicPolicy', { attributes: (_, id) => ({ Id: id }) }),
  define('AWS::SNS::Subscription', {
    createOnly: ['Endpoint', 'Protocol', 'TopicArn'],
    id: (_, { TopicArn }, { cloud }) => `${text(TopicArn)}:${uuid(fresh(cloud))}`,
    attributes: (_, id) => ({ Arn: id }),
    requires: ({ TopicArn }, around) => {
      const region = parseArn(text(TopicArn))?.region ?? around.region
      if (!existing(around.cloud, region, 'AWS::SNS::Topic', text(TopicArn))) {
        throw refused(around, 'Topic does not exist', 'NotFound')
      }
    },
  }),
]

const queueName = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

export const sqs: Kind[] = [
  define('AWS::SQS::Queue', {
    name: 'QueueName',
    limit: 80,
    createOnly: ['FifoQueue'],
    id: (name, _, { region }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    arn: (url, region) => arn('sqs', region, queueName(url)),
    attributes: (_, url, { region }) => ({
      Arn: arn('sqs', region, queueName(url)),
      QueueName: queueName(url),
      QueueUrl: url,
    }),
    cooling: {
      seconds: 60,
      message: 'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    },
    requires: ({ KmsMasterKeyId }, around) => requireKey(around, text(KmsMasterKeyId)),
  }),
  define('AWS::SQS::QueuePolicy', {
    attributes: (_, id) => ({ Id: id }),
    requires: ({ Queues }, around) => {
      for (const url of texts(Queues)) {
        if (!existing(around.cloud, around.region, 'AWS::SQS::Queue', url)) {
          throw refused(around, 'The specified queue does not exist.', 'NotFound')
        }
      }
    },
  }),
]
