// DynamoDB: a table's replicas, and single items by key, which is all that probes need.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { MakeClient } from './connect.ts'

import type { Region } from '../core/model.ts'
import { absent } from './shape.ts'

interface TableView {
  status: string
  /** The attribute that is its key. */
  key: string
  /** Its other regions, as this one knows them. */
  replicas: { region: Region; status: string }[]
}

/** What one call may hold, by DynamoDB's limits. */
const readable = 100
const writable = 25

/** Tables of one region, whose key is one text. */
export class Tables {
  private readonly client: DynamoDBClient
  /** It does not repeat: a call may have had its effect. */
  private readonly once: DynamoDBClient
  constructor(make: MakeClient) {
    this.client = make(DynamoDBClient)
    this.once = make(DynamoDBClient, 'once')
  }

  /** A table; undefined when there is none of that name here. */
  async table(name: string): Promise<TableView | undefined> {
    const asked = this.client.send(new DescribeTableCommand({ TableName: name }))
    const found = (await absent(asked, 'ResourceNotFound'))?.Table
    return (
      found && {
        status: found.TableStatus ?? '',
        key: found.KeySchema?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
        replicas: (found.Replicas ?? []).map((one) => ({
          region: one.RegionName ?? '',
          status: one.ReplicaStatus ?? '',
        })),
      }
    )
  }

  /** Until when a table can be restored to any moment, ms; undefined where that is off. */
  async restorableTo(name: string): Promise<number | undefined> {
    const answer = await this.client.send(new DescribeContinuousBackupsCommand({ TableName: name }))
    return answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.LatestRestorableDateTime?.getTime()
  }

  /** Puts an item of texts, once. Throws what DynamoDB says. */
  async put(table: string, item: Record<string, string>, signal?: AbortSignal): Promise<void> {
    const Item = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }]))
    await this.once.send(new PutItemCommand({ TableName: table, Item }), signal ? { abortSignal: signal } : {})
  }

  /** Which of these keys are there now, as this region sees it. */
  async present(table: string, key: string, values: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>()
    for (const some of chunks(values, readable)) {
      let Keys = some.map((value) => ({ [key]: { S: value } }))
      // What DynamoDB did not get to is asked again; the client waits where it is throttled.
      while (Keys.length > 0) {
        const input = {
          RequestItems: {
            [table]: {
              Keys,
              ConsistentRead: true,
              ProjectionExpression: '#k',
              ExpressionAttributeNames: { '#k': key },
            },
          },
        }
        const { Responses, UnprocessedKeys } = await this.client.send(new BatchGetItemCommand(input))
        for (const item of Responses?.[table] ?? []) found.add(item[key]?.S ?? '')
        Keys = (UnprocessedKeys?.[table]?.Keys ?? []).map((one) => ({ [key]: { S: one[key]?.S ?? '' } }))
      }
    }
    return found
  }

  /** Removes items by key; what is not there is as good as removed. */
  async remove(table: string, key: string, values: readonly string[]): Promise<void> {
    for (const some of chunks(values, writable)) {
      let left = some.map((value) => ({ DeleteRequest: { Key: { [key]: { S: value } } } }))
      while (left.length > 0) {
        const answer = await this.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }))
        left = (answer.UnprocessedItems?.[table] ?? []).map(({ DeleteRequest }) => ({
          DeleteRequest: { Key: { [key]: { S: DeleteRequest?.Key?.[key]?.S ?? '' } } },
        }))
      }
    }
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
