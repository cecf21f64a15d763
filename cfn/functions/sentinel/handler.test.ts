import { describe, expect, test } from 'vitest'
import { makeHandler } from './handler.ts'

async function watch(ask: () => Promise<number>) {
  const lines: string[] = []
  const write = (line: string) => lines.push(line)
  await makeHandler({ system: 'transactions', suffix: 'pr1', now: () => new Date(1000), ask, write })()
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>
}

describe('the sentinel (TXN-37)', () => {
  test('publishes 1 under the dimensions of its alarm when the primary accepts writes', async () => {
    const line = await watch(async () => 200)
    expect(line).toMatchObject({ System: 'transactions', EnvironmentSuffix: 'pr1', PrimaryReady: 1 })
    expect(line['_aws']).toEqual({
      Timestamp: 1000,
      CloudWatchMetrics: [
        {
          Namespace: 'dr',
          Dimensions: [['System', 'EnvironmentSuffix']],
          Metrics: [{ Name: 'PrimaryReady', Unit: 'None' }],
        },
      ],
    })
  })

  test.each([503, 404, 302])('publishes 0 when the primary answers %d', async (status) => {
    expect(await watch(async () => status)).toMatchObject({ PrimaryReady: 0, answer: status })
  })

  test('publishes 0 with the reason when there is no answer', async () => {
    const silent = () => Promise.reject(new Error('timed out'))
    expect(await watch(silent)).toMatchObject({ PrimaryReady: 0, answer: 'Error: timed out' })
  })
})
