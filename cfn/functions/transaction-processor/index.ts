// Connects the handler to the table and bucket of its own region.
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { makeHandler } from './handler.ts'

const TableName = process.env['TABLE_NAME']
const Bucket = process.env['BUCKET_NAME']

// Route 53 gives a health check two seconds for its answer, so a store that hangs must fail before.
const database = new DynamoDBClient({ maxAttempts: 2, requestHandler: { connectionTimeout: 300, requestTimeout: 600 } })
const storage = new S3Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 5000 } })

export const handler = makeHandler({
  region: process.env['AWS_REGION'] ?? '',
  role: process.env['REGION_ROLE'] ?? '',
  now: () => new Date(),
  putDocument: async (Key, Body) => {
    await storage.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }))
  },
  commit: async (transaction) => {
    const Item = Object.fromEntries(Object.entries(transaction).map(([name, text]) => [name, { S: String(text) }]))
    try {
      await database.send(
        new PutItemCommand({
          TableName,
          Item,
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return undefined
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item?.['digest']?.S ?? ''
      throw error
    }
  },
  beat: async (id, at) => {
    await database.send(new PutItemCommand({ TableName, Item: { id: { S: id }, at: { S: at } } }))
  },
  report: (what, error) => {
    process.stdout.write(`${JSON.stringify({ what, error: String(error) })}\n`)
  },
})
