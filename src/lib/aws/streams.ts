// Kinesis: records put into a stream and read back, shard by shard.
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type ListShardsCommandOutput,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

/** A record as it lies in the stream. */
interface RecordView {
  text: string
  /** ms by the clock of Kinesis, about when it came. */
  at: number
  shard: string
}

/** Streams of one region. */
export class Streams {
  private readonly client: KinesisClient
  /** It does not repeat: a call may have had its effect. */
  private readonly once: KinesisClient
  constructor(make: MakeClient) {
    this.client = make(KinesisClient)
    this.once = make(KinesisClient, 'once')
  }

  /** In AWS's words, such as ACTIVE; undefined when there is no stream of that name. */
  async status(name: string): Promise<string | undefined> {
    const command = new DescribeStreamSummaryCommand({ StreamName: name })
    const found = await absent(this.client.send(command), 'ResourceNotFound')
    return found && (found.StreamDescriptionSummary?.StreamStatus ?? '')
  }

  /** Puts a text, once; `key` decides on the shard. Throws what Kinesis says. */
  async put(stream: string, key: string, text: string, signal?: AbortSignal): Promise<void> {
    const command = new PutRecordCommand({ StreamName: stream, PartitionKey: key, Data: Buffer.from(text) })
    await this.once.send(command, signal ? { abortSignal: signal } : {})
  }

  /**
   * All records of all shards since a time (ms) until now, whoever put them; closed shards are read as well.
   * A record that came twice is there twice.
   */
  async records(stream: string, since: number): Promise<RecordView[]> {
    const shards: string[] = []
    // A token stands for the stream's name: both together are refused.
    let input: { StreamName: string } | { NextToken: string } | undefined = { StreamName: stream }
    while (input) {
      const page: ListShardsCommandOutput = await this.client.send(new ListShardsCommand(input))
      for (const { ShardId = '' } of page.Shards ?? []) shards.push(ShardId)
      input = page.NextToken === undefined ? undefined : { NextToken: page.NextToken }
    }
    return (await Promise.all(shards.map((shard) => this.recordsIn(stream, shard, since)))).flat()
  }

  private async recordsIn(stream: string, shard: string, since: number): Promise<RecordView[]> {
    const start = { ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: new Date(since) }
    const first = new GetShardIteratorCommand({ StreamName: stream, ShardId: shard, ...start })
    let next = (await this.client.send(first)).ShardIterator
    const found: RecordView[] = []
    while (next !== undefined) {
      const page = await this.client.send(new GetRecordsCommand({ ShardIterator: next }))
      for (const { Data, ApproximateArrivalTimestamp } of page.Records ?? [])
        found.push({
          text: Buffer.from(Data ?? []).toString('utf8'),
          at: ApproximateArrivalTimestamp?.getTime() ?? 0,
          shard,
        })
      // A page may be empty long before the end: only this says that nothing is left.
      next = page.MillisBehindLatest === 0 ? undefined : page.NextShardIterator
    }
    return found
  }
}
