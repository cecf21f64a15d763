// Log groups: the one thing that a late writer makes again after its stack is gone; and what their lines say.
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

/** The log groups of one region. */
export class Logs {
  private readonly client: CloudWatchLogsClient
  constructor(make: MakeClient) {
    this.client = make(CloudWatchLogsClient)
  }

  /** Names of groups whose name holds `text`. */
  async groups(text: string): Promise<string[]> {
    const names: string[] = []
    for await (const page of paginateDescribeLogGroups({ client: this.client }, { logGroupNamePattern: text }))
      for (const it of page.logGroups ?? []) names.push(it.logGroupName ?? '')
    return names
  }

  /**
   * Lines of a group that hold all these words, with when the group had them, ms. Throws ResourceNotFound.
   * @param since ms; what was written earlier is left out
   */
  async lines(group: string, words: readonly string[], since: number): Promise<{ text: string; at: number }[]> {
    const filterPattern = words.map((word) => `"${word}"`).join(' ')
    const input = { logGroupName: group, filterPattern, startTime: since }
    const lines: { text: string; at: number }[] = []
    for await (const page of paginateFilterLogEvents({ client: this.client }, input))
      for (const it of page.events ?? []) lines.push({ text: it.message ?? '', at: it.ingestionTime ?? 0 })
    return lines
  }

  async delete(name: string): Promise<void> {
    await absent(this.client.send(new DeleteLogGroupCommand({ logGroupName: name })), 'ResourceNotFound')
  }
}
