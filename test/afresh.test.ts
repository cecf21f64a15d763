import { tmpdir } from 'node:os'
import { expect, test, vi } from 'vitest'

const setup = './afresh.ts'

test('what a file of tests leaves behind does not reach the next', async () => {
  const root = process.cwd()
  const ours = await import('../src/lib/core/errors.ts')
  vi.stubEnv('DR_LEFT', 'behind')
  vi.useFakeTimers({ toFake: ['Date'] })
  process.chdir(tmpdir())
  await import(`${setup}?next`)
  expect([process.cwd(), process.env['DR_LEFT'], vi.isFakeTimers()]).toEqual([root, undefined, false])
  expect((await import('../src/lib/core/errors.ts')).DrError).not.toBe(ours.DrError)
})
