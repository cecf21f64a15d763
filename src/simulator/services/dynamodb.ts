// DynamoDB: tables, and items by key in the region that is asked; the others see them after their lag.
import {
  type BatchGetItemCommandInput,
  type BatchWriteItemCommandInput,
  type DescribeContinuousBackupsCommandInput,
  type DescribeTableCommandInput,
  type PutItemCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { read, tableIn, write, type Attributes } from '../data/items.ts'
import { list, record, text } from '../existing.ts'
import type { Resource } from '../state.ts'
import { said } from '../said.ts'

function required({ cloud, region }: Call, name = ''): Resource {
  const table = tableIn(cloud, region, name)
  if (table) return table
  throw new ResourceNotFoundException(said(`Requested resource not found: Table: ${name} not found`))
}

const keyName = (table: Resource): string =>
  text(list(table.properties.KeySchema).find(({ KeyType }) => KeyType === 'HASH')?.AttributeName)

function keyOf(table: Resource, item: Attributes | undefined): string {
  const value = item?.[keyName(table)]?.S
  if (typeof value === 'string' && value !== '') return value
  throw refused(`One or more parameter values were invalid: Missing the key ${keyName(table)} in the item`)
}

const refused = (message: string): Refusal => new Refusal('ValidationException', message)

/** A batch names so many items in all its tables together, and none of them twice. */
function requireBatch(keys: [table: string, key: string][], most: number, call: string): void {
  if (keys.length > most) throw refused(`Too many items requested for the ${call} call`)
  const distinct = new Set(keys.map((it) => JSON.stringify(it)))
  if (distinct.size < keys.length) throw refused('Provided list of item keys contains duplicates')
}

/** Whether the region's replica can be restored to a point in time, as its template says. */
const isRestorable = (table: Resource): boolean => {
  const own = list(table.properties.Replicas).find(({ Region }) => text(Region) === table.region)
  return text(record(own?.PointInTimeRecoverySpecification).PointInTimeRecoveryEnabled) === 'true'
}

/** DynamoDB, by command. */
export const answers: Answers = {
  DescribeContinuousBackupsCommand: ({ TableName }: DescribeContinuousBackupsCommandInput, call: Call) => {
    const table = required(call, TableName)
    const enabled = isRestorable(table)
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: {
          PointInTimeRecoveryStatus: enabled ? 'ENABLED' : 'DISABLED',
          ...(enabled && {
            EarliestRestorableDateTime: new Date(Math.max(table.createdAt, call.now - 35 * 86_400_000)),
            LatestRestorableDateTime: new Date(Math.max(table.createdAt, call.now - 300_000)),
          }),
        },
      },
    }
  },
  DescribeTableCommand: ({ TableName }: DescribeTableCommandInput, call: Call) => {
    const table = required(call, TableName)
    const others = list(table.properties.Replicas).filter(({ Region }) => Region !== call.region)
    return {
      Table: {
        TableName: table.physicalId,
        TableArn: text(table.attributes.Arn),
        TableStatus: 'ACTIVE',
        KeySchema: table.properties.KeySchema,
        GlobalTableVersion: '2019.11.21',
        Replicas: others.map(({ Region }) => ({ RegionName: Region, ReplicaStatus: 'ACTIVE' })),
      },
    }
  },
  PutItemCommand: ({ TableName, Item, ConditionExpression, Expected }: PutItemCommandInput, call: Call) => {
    if ((ConditionExpression ?? Expected) !== undefined) throw refused('the simulated DynamoDB knows no conditions')
    const table = required(call, TableName)
    const item = Item as unknown as Attributes | undefined
    write(call.cloud, table, keyOf(table, item), item)
    return {}
  },
  BatchGetItemCommand: ({ RequestItems = {} }: BatchGetItemCommandInput, call: Call) => {
    const asked = Object.entries(RequestItems).map(([name, { Keys = [] }]) => {
      const table = required(call, name)
      return { name, keys: Keys.map((key) => keyOf(table, key as unknown as Attributes)) }
    })
    requireBatch(
      asked.flatMap(({ name, keys }) => keys.map((key): [string, string] => [name, key])),
      100,
      'BatchGetItem',
    )
    const Responses = asked.map(({ name, keys }) => {
      const found = keys.map((key) => read(call, call.region, name, key))
      return [name, found.filter((item) => item !== undefined)] as const
    })
    return { Responses: Object.fromEntries(Responses), UnprocessedKeys: {} }
  },
  BatchWriteItemCommand: ({ RequestItems = {} }: BatchWriteItemCommandInput, call: Call) => {
    const asked = Object.entries(RequestItems).flatMap(([name, requests]) => {
      const table = required(call, name)
      return requests.map(({ PutRequest, DeleteRequest }) => {
        const item = PutRequest?.Item as unknown as Attributes | undefined
        return { table, item, key: keyOf(table, item ?? (DeleteRequest?.Key as unknown as Attributes)) }
      })
    })
    requireBatch(
      asked.map(({ table, key }) => [table.physicalId, key]),
      25,
      'BatchWriteItem',
    )
    for (const { table, key, item } of asked) write(call.cloud, table, key, item)
    return { UnprocessedItems: {} }
  },
}
