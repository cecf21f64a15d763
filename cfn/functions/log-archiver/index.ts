// Connects the archiver to the folder where Lambda mounts the access point.
import { setTimeout as sleep } from 'node:timers/promises'
import { append } from './append.ts'
import { makeHandler, type Appended, type LogsEvent } from './handler.ts'

const folder = process.env['FOLDER'] ?? ''

export const handler = (event: LogsEvent, context: { getRemainingTimeInMillis(): number }): Promise<Appended[]> =>
  makeHandler({
    append: (file, lines) =>
      append(folder, file, lines, {
        now: () => Date.now(),
        sleep: async (milliseconds) => sleep(milliseconds),
        remaining: () => context.getRemainingTimeInMillis(),
      }),
    report: (what) => {
      process.stdout.write(`${JSON.stringify(what)}\n`)
    },
  })(event)
