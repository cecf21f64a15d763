// What is silent is left alone for a while, and nothing else is taken for silent with it.
import { expect, test } from 'vitest'
import { Silence } from '../../src/lib/aws/silence.ts'
import { virtualClock } from '../../src/lib/core/clock.ts'

const timeout = () => Promise.reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }))
const answer = () => Promise.resolve('here')

test('a silent region is not asked again for a minute', async () => {
  const clock = virtualClock()
  const silence = new Silence(clock)
  await expect(silence.guard('us-east-1', timeout)).rejects.toThrow('us-east-1 does not answer')
  await expect(silence.guard('us-east-1', answer)).rejects.toThrow('us-east-1 does not answer')
  await expect(silence.guard('us-west-2', answer)).resolves.toBe('here')
  await clock.sleep(60_000)
  await expect(silence.guard('us-east-1', answer)).resolves.toBe('here')
})

test('the silence of a global service is not that of the region it is asked in; that of the region is also the service', async () => {
  const silence = new Silence(virtualClock())
  await expect(silence.guard('us-east-1', timeout, 'Route 53')).rejects.toThrow('Route 53 does not answer')
  await expect(silence.guard('us-east-1', answer)).resolves.toBe('here')
  const other = new Silence(virtualClock())
  await expect(other.guard('us-east-1', timeout)).rejects.toThrow('us-east-1 does not answer')
  await expect(other.guard('us-east-1', answer, 'Route 53')).rejects.toThrow('us-east-1 does not answer')
})

test('what --region does not name is not asked', async () => {
  const silence = new Silence(virtualClock(), ['us-west-2'])
  await expect(silence.guard('us-east-1', answer)).rejects.toThrow('us-east-1 was not asked')
})
