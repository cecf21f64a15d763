// Connects the handler to the archive log group of its own region.
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import { makeHandler } from './handler.ts'

const logGroupName = process.env['ARCHIVE_LOG_GROUP']
const logs = new CloudWatchLogsClient({})

const report = (what: string, error: unknown): void => {
  process.stdout.write(`${JSON.stringify({ what, error: String(error) })}\n`)
}

export const handler = makeHandler({
  append: async (logStreamName, logEvents) => {
    const put = new PutLogEventsCommand({ logGroupName, logStreamName, logEvents })
    let answer
    try {
      answer = await logs.send(put)
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error
      await createStream(logStreamName)
      answer = await logs.send(put)
    }
    // Too old for the retention of the archive: sending them again would not help.
    if (answer.rejectedLogEventsInfo)
      report(`events rejected in ${logStreamName}`, JSON.stringify(answer.rejectedLogEventsInfo))
  },
  report,
})

async function createStream(logStreamName: string): Promise<void> {
  try {
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error
  }
}
