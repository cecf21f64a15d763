// Kinesis: records in the shards of a stream, in the order in which they came, until their retention is over.
import {
  type DescribeStreamSummaryCommandInput,
  ExpiredIteratorException,
  type GetRecordsCommandInput,
  type GetShardIteratorCommandInput,
  type ListShardsCommandInput,
  type PutRecordCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis'
import { createHash } from 'node:crypto'

import { type Answers, type Call, Refusal } from '../answer.ts'
import { existing, record, text } from '../existing.ts'
import { fresh } from '../identifiers.ts'
import { account, type Resource } from '../state.ts'
import { said } from '../said.ts'

/** One record in a stream. */
export interface StreamRecord {
  at: number
  shard: number
  key: string
  /** In base64. */
  data: string
  sequence: string
}

/** A stream on demand begins with four shards. */
const usualShards = 4
/** Records in one answer, and ms for which an iterator is good. */
const [pageSize, goodFor] = [100, 300_000]
const range = 2n ** 128n

interface Place {
  stream: string
  shard: number
  /** How many records of the shard lie before it. */
  from: number
  at: number
  isNew: boolean
}

const idOf = (shard: number): string => `shardId-${String(shard).padStart(12, '0')}`
const iterator = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64')

function streamOf({ cloud, region }: Call, name = ''): Resource {
  const found = existing(cloud, region, 'AWS::Kinesis::Stream', name)
  if (found) return found
  throw new ResourceNotFoundException(said(`Stream ${name} under account ${account} not found.`))
}

const shardsOf = ({ properties }: Resource): number => Number(properties.ShardCount ?? usualShards)

/** What a shard holds now. */
function held({ cloud, region, now }: Call, stream: Resource, shard: number): StreamRecord[] {
  const retention = Number(stream.properties.RetentionPeriodHours ?? 24) * 3_600_000
  return (cloud.streams?.[`${region}|${stream.physicalId}`] ?? []).filter(
    (one) => one.shard === shard && one.at > now - retention,
  )
}

function put(input: PutRecordCommandInput, call: Call): unknown {
  const { StreamName = '', PartitionKey: key = '', Data } = input
  const stream = streamOf(call, StreamName)
  const bytes = Buffer.from(Data ?? [])
  if (key === '' || key.length > 256 || bytes.length > 10 * 1024 ** 2) {
    throw new Refusal(
      'ValidationException',
      '1 validation error detected: a key of 1 to 256 characters, data up to 10 MiB',
    )
  }
  // The MD5 of the key says which shard: each has an equal part of the range.
  const hash = BigInt(`0x${createHash('md5').update(key).digest('hex')}`)
  const shard = Number((hash * BigInt(shardsOf(stream))) / range)
  const sequence = `49${String(Number(fresh(call.cloud).replace(/\D/g, ''))).padStart(54, '0')}`
  const one = { at: call.now, shard, key, data: bytes.toString('base64'), sequence }
  const records = ((call.cloud.streams ??= {})[`${call.region}|${StreamName}`] ??= [])
  records.push(one)
  // What a producer that repeats would do, each n-th time where a test says so.
  if (records.length % Number(stream.state?.twice ?? Infinity) === 0) records.push({ ...one, sequence: `${sequence}1` })
  return { ShardId: idOf(shard), SequenceNumber: sequence, EncryptionType: encryptionOf(stream) }
}

const encryptionOf = ({ properties }: Resource): string =>
  text(record(properties.StreamEncryption).EncryptionType) || 'NONE'

function place(input: GetShardIteratorCommandInput, call: Call): unknown {
  const { StreamName = '', ShardId = '', ShardIteratorType, Timestamp } = input
  const stream = streamOf(call, StreamName)
  const shard = Array.from({ length: shardsOf(stream) }, (_, index) => index).find((index) => idOf(index) === ShardId)
  if (shard === undefined) {
    const message = `Shard ${ShardId} in stream ${StreamName} under account ${account} does not exist`
    throw new ResourceNotFoundException(said(message))
  }
  const records = held(call, stream, shard)
  const since = Timestamp?.getTime()
  if (ShardIteratorType !== 'TRIM_HORIZON' && (ShardIteratorType !== 'AT_TIMESTAMP' || since === undefined)) {
    throw new Refusal('NotImplemented', 'the simulated Kinesis reads from a time on or from the beginning', 501)
  }
  const from = since === undefined ? 0 : records.filter(({ at }) => at < since).length
  return { ShardIterator: iterator({ stream: StreamName, shard, from, at: call.now, isNew: true }) }
}

function read({ ShardIterator = '', Limit = pageSize }: GetRecordsCommandInput, call: Call): unknown {
  const { stream: name, shard, from, at, isNew } = JSON.parse(Buffer.from(ShardIterator, 'base64').toString()) as Place
  if (call.now - at > goodFor) {
    throw new ExpiredIteratorException(said('Iterator expired. The iterator was created more than 5 minutes ago.'))
  }
  const stream = streamOf(call, name)
  const records = held(call, stream, shard)
  // It may take several calls to get to the first record.
  const some = isNew ? [] : records.slice(from, from + Math.min(Limit, pageSize))
  const next = from + some.length
  const waiting = records[next]
  return {
    Records: some.map((one) => ({
      SequenceNumber: one.sequence,
      ApproximateArrivalTimestamp: new Date(one.at),
      Data: new Uint8Array(Buffer.from(one.data, 'base64')),
      PartitionKey: one.key,
      EncryptionType: encryptionOf(stream),
    })),
    NextShardIterator: iterator({ stream: name, shard, from: next, at: call.now, isNew: false }),
    MillisBehindLatest: waiting ? Math.max(1, call.now - waiting.at) : 0,
  }
}

/** Kinesis, by command. */
export const answers: Answers = {
  PutRecordCommand: put,
  GetShardIteratorCommand: place,
  GetRecordsCommand: read,
  ListShardsCommand: ({ StreamName = '' }: ListShardsCommandInput, call: Call) => ({
    Shards: Array.from({ length: shardsOf(streamOf(call, StreamName)) }, (_, index) => ({ ShardId: idOf(index) })),
  }),
  DescribeStreamSummaryCommand: ({ StreamName = '' }: DescribeStreamSummaryCommandInput, call: Call) => {
    const stream = streamOf(call, StreamName)
    return {
      StreamDescriptionSummary: {
        StreamName,
        StreamARN: text(stream.attributes.Arn),
        StreamStatus: text(stream.state?.status) || 'ACTIVE',
        OpenShardCount: shardsOf(stream),
        RetentionPeriodHours: Number(stream.properties.RetentionPeriodHours ?? 24),
        EncryptionType: encryptionOf(stream),
      },
    }
  },
}
