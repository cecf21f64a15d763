// Connects the handler to the primary's API host.
import { makeHandler } from './handler.ts'

// A primary that needs longer is not ready; Route 53 would not wait longer either.
const patience = 5000

export const handler = makeHandler({
  system: process.env['SYSTEM'] ?? '',
  suffix: process.env['ENVIRONMENT_SUFFIX'] ?? '',
  now: () => new Date(),
  ask: async () => {
    const response = await fetch(`https://${process.env['PRIMARY_HOST'] ?? ''}/ready`, {
      signal: AbortSignal.timeout(patience),
      redirect: 'error',
    })
    await response.body?.cancel()
    return response.status
  },
  write: (line) => {
    process.stdout.write(`${line}\n`)
  },
})
