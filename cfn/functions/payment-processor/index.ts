// Connects the handler to database, sessions and bus of its own region. Its environment is the same in both regions:
// what differs is looked up under equal names.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { RDSDataClient } from '@aws-sdk/client-rds-data'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { makeDatabase } from './database.ts'
import { makeHandler } from './handler.ts'

const region = process.env['AWS_REGION'] ?? ''
const TableName = process.env['SESSION_TABLE_NAME']
const EventBusName = process.env['EVENT_BUS_NAME']

const options = { maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 } }
const sessions = new DynamoDBClient(options)
const bus = new EventBridgeClient(options)
const parameters = new SSMClient(options)

/** The secret has the same name in both regions and lies where the cluster does. */
async function find() {
  const { Parameter } = await parameters.send(
    new GetParameterCommand({ Name: process.env['CLUSTER_ARN_PARAMETER'] ?? '' }),
  )
  const resourceArn = Parameter?.Value ?? ''
  const [, partition, , where, account] = resourceArn.split(':')
  if (!account) throw new Error('the parameter holds no ARN')
  const secretArn = `arn:${partition}:secretsmanager:${where}:${account}:secret:${process.env['DATABASE_SECRET_NAME']}`
  return { resourceArn, secretArn, database: process.env['DATABASE_NAME'] ?? '' }
}

export const handler = makeHandler({
  region,
  now: () => new Date(),
  ...makeDatabase(new RDSDataClient(options), region, find),
  keepSession: async ({ expiresAt, ...texts }) => {
    const Item = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }]))
    await sessions.send(new PutItemCommand({ TableName, Item: { ...Item, expiresAt: { N: String(expiresAt) } } }))
  },
  announce: async ({ id, amount, currency, acceptedAt, acceptedIn }) => {
    const Detail = JSON.stringify({ id, amount, currency, acceptedAt, acceptedIn, critical: true })
    const entry = { EventBusName, Source: 'payments', DetailType: 'payment accepted', Detail }
    const { FailedEntryCount, Entries } = await bus.send(new PutEventsCommand({ Entries: [entry] }))
    if (FailedEntryCount) throw Object.assign(new Error('the bus refused'), { name: Entries?.[0]?.ErrorCode })
  },
  // What a service says may quote the request. So the log gets what kind of error it was, and never its words.
  report: (what, error) => {
    const { name, message } = error instanceof Error ? error : { name: typeof error, message: '' }
    const code = /error code: (\d+)/i.exec(message)?.[1]
    process.stdout.write(`${JSON.stringify({ what, error: name, code })}\n`)
  },
})
