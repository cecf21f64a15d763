// When an operation of a stack set is over, by what AWS says of it.
import { describe, expect, test } from 'vitest'
import { unended } from '../../src/lib/observe/observe.ts'

describe('an operation', () => {
  test.each(['RUNNING', 'QUEUED', 'STOPPING'])('goes on while it is %s', (status) => {
    expect(unended({ status, endedAt: undefined })).toBe(true)
  })

  test.each(['SUCCEEDED', 'FAILED', 'STOPPED'])('is over when it is %s, with or without a time', (status) => {
    expect(unended({ status, endedAt: undefined })).toBe(false)
    expect(unended({ status, endedAt: 1 })).toBe(false)
  })

  test('of an unknown status goes on until AWS gives the time of its end', () => {
    expect(unended({ status: 'PAUSED', endedAt: undefined })).toBe(true)
    expect(unended({ status: 'PAUSED', endedAt: 1 })).toBe(false)
  })
})
