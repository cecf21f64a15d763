// DynamoDB: tables, and items by key in the region that is asked; the others see them after their lag.
import {
  type BatchGetItemCommandInput,
  type BatchWriteItemCommandInput,
  type DescribeTableCommandInput,
  type PutItemCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { read, tableIn, write, type Attributes } from '../items.ts'
import { list, text } from '../resources/existing.ts'
import type { Resource } from '../state.ts'
import { said } from './said.ts'

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
  const message = `One or more parameter values were invalid: Missing the key ${keyName(table)} in the item`
  throw new Refusal('ValidationException', message)
}

/** DynamoDB, by command. */
export const answers: Answers = {
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
  PutItemCommand: ({ TableName, Item }: PutItemCommandInput, call: Call) => {
    const table = required(call, TableName)
    const item = Item as unknown as Attributes | undefined
    write(call.cloud, table, keyOf(table, item), item)
    return {}
  },
  BatchGetItemCommand: ({ RequestItems = {} }: BatchGetItemCommandInput, call: Call) => {
    const Responses = Object.entries(RequestItems).map(([name, { Keys = [] }]) => {
      const table = required(call, name)
      if (Keys.length > 100)
        throw new Refusal('ValidationException', 'Too many items requested for the BatchGetItem call')
      const found = Keys.map((key) => read(call, call.region, name, keyOf(table, key as unknown as Attributes)))
      return [name, found.filter((item) => item !== undefined)] as const
    })
    return { Responses: Object.fromEntries(Responses), UnprocessedKeys: {} }
  },
  BatchWriteItemCommand: ({ RequestItems = {} }: BatchWriteItemCommandInput, call: Call) => {
    for (const [name, requests] of Object.entries(RequestItems)) {
      const table = required(call, name)
      if (requests.length > 25)
        throw new Refusal('ValidationException', 'Too many items requested for the BatchWriteItem call')
      for (const { PutRequest, DeleteRequest } of requests) {
        const item = PutRequest?.Item as unknown as Attributes | undefined
        write(call.cloud, table, keyOf(table, item ?? (DeleteRequest?.Key as unknown as Attributes)), item)
      }
    }
    return { UnprocessedItems: {} }
  },
}
