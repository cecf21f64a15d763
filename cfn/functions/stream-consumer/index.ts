// Connects the handler of the template's mode: to the archive log group of its own region, or to its own log, where
// CloudWatch finds metrics in the lines.
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'
import { makeHandler } from './handler.ts'
import { makeMeter } from './metrics.ts'

const logGroupName = process.env['ARCHIVE_LOG_GROUP']
const logs = new CloudWatchLogsClient({})

// Not console.log, which puts a time before the line, so that it would be no metric.
const print = (line: string): void => void process.stdout.write(`${line}\n`)

const report = (what: string, error: unknown): void => print(JSON.stringify({ what, error: String(error) }))

const archive = makeHandler({
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

const names = { system: process.env['SYSTEM'] ?? '', suffix: process.env['ENVIRONMENT_SUFFIX'] ?? '' }

export const handler = process.env['MODE'] === 'metrics' ? makeMeter(names, print) : archive

async function createStream(logStreamName: string): Promise<void> {
  try {
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error
  }
}
