// Log groups: the one thing that a late writer makes again after its stack is gone.
import { CloudWatchLogsClient, DeleteLogGroupCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs'
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

  async delete(name: string): Promise<void> {
    await absent(this.client.send(new DeleteLogGroupCommand({ logGroupName: name })), 'ResourceNotFound')
  }
}
