import { userInfo } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'
import { person } from '../../src/lib/core/person.ts'

afterEach(() => vi.unstubAllEnvs())

test('whoever works is named by $USER, or where a container leaves it out, by the system', () => {
  vi.stubEnv('USER', 'grace')
  expect(person()).toBe('grace')
  for (const absent of ['', undefined]) {
    vi.stubEnv('USER', absent)
    expect(person()).toBe(userInfo().username)
  }
})
