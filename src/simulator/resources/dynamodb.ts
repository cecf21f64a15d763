// DynamoDB global tables: one resource in one region's stack, a table in every region it names.
import type { Resource } from '../state.ts'
import { define, refused, serviceError } from './define.ts'
import { existing, isOwn, keyOf, list, others, record, text } from '../existing.ts'
import { arn, uuid } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { requireKey } from './kms.ts'

const type = 'AWS::DynamoDB::GlobalTable'

const regionsOf = (properties: Properties): string[] => list(properties.Replicas).map(({ Region }) => text(Region))

/** All tables of a global table that this logical id made, in all of its regions. */
const own = (around: Around, name: string): [key: string, table: Resource][] =>
  Object.entries(around.cloud.resources).filter(
    ([, resource]) => resource.type === type && resource.physicalId === name && isOwn(resource, around),
  )

const tableArn = (name: string, region: string): string => arn('dynamodb', region, `table/${name}`)

const attributes = ({ StreamSpecification }: Properties, name: string, region: string, at: number) => ({
  Arn: tableArn(name, region),
  TableId: uuid(tableArn(name, region)),
  ...(StreamSpecification === undefined
    ? {}
    : { StreamArn: `${tableArn(name, region)}/stream/${new Date(at).toISOString().slice(0, -1)}` }),
})

const table: Kind = define(type, {
  name: 'TableName',
  limit: 255,
  createOnly: ['KeySchema', 'LocalSecondaryIndexes'],
  arn: tableArn,
  attributes: (properties, name, { cloud, region }) => attributes(properties, name, region, cloud.now),
  requires: (properties, around) => {
    const regions = regionsOf(properties)
    const invalid = (message: string): Error => serviceError(around, 'DynamoDb', 400, message, 'InvalidRequest')
    if (!regions.includes(around.region)) {
      const message = 'Invalid request provided: The Replicas section must contain an entry for the current region'
      throw refused(around, message, 'InvalidRequest')
    }
    if (regions.length > 1 && properties.StreamSpecification === undefined) {
      throw invalid('Invalid request provided: StreamSpecification is required when more than one replica is given')
    }
    const name = text(properties.TableName)
    for (const region of regions) {
      if (region === around.region || name === '') continue
      if (others(around, type, region).some(({ physicalId }) => physicalId === name)) {
        throw invalid(
          `Failed to create a the new replica of table with name: '${name}' because one or more replicas already existed as tables.`,
        )
      }
    }
    requireKeys(properties, around)
    const before = new Set(own(around, name).map(([, { region }]) => region))
    const changed =
      regions.filter((region) => !before.has(region)).length +
      [...before].filter((region) => !regions.includes(region)).length
    if (before.size > 0 && changed > 1) {
      throw invalid('Invalid request provided: Only one replica can be added or removed in a single update')
    }
  },
  made: (properties, name, around) => {
    const regions = regionsOf(properties)
    for (const [key, { region }] of own(around, name)) if (!regions.includes(region)) delete around.cloud.resources[key]
    for (const replica of list(properties.Replicas)) {
      const region = text(replica.Region)
      const mine = existing(around.cloud, around.region, type, name)
      if (!mine) continue
      const tags = Object.fromEntries(list(replica.Tags).map(({ Key, Value }) => [text(Key), text(Value)]))
      around.cloud.resources[keyOf(table, region, name, properties)] = {
        ...mine,
        region,
        attributes: attributes(properties, name, region, mine.createdAt),
        tags: { ...mine.tags, ...tags },
      }
    }
  },
  removed: (name, around) => {
    // The handler removes the replicas first; the table of the stack's own region is the last one.
    for (const [key, { region }] of own(around, name)) {
      if (region !== around.region) delete around.cloud.resources[key]
    }
    return 'gone'
  },
})

/** With a customer key on top, every replica names one of its own region. */
function requireKeys({ SSESpecification, Replicas }: Properties, around: Around): void {
  if (record(SSESpecification).SSEType !== 'KMS') return
  const keys = list(Replicas).map((replica) => text(record(replica.SSESpecification).KMSMasterKeyId))
  if (keys.some((key) => key !== '') && keys.includes('')) {
    const message = 'One or more parameter values were invalid: KMSMasterKeyId must be specified for each replica.'
    throw serviceError(around, 'DynamoDb', 400, message, 'InvalidRequest')
  }
  for (const [index, replica] of list(Replicas).entries()) requireKey(around, keys[index] ?? '', text(replica.Region))
}

export const dynamodb: Kind[] = [table]
