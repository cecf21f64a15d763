import { StackStatus } from '@aws-sdk/client-cloudformation'
import { describe, expect, test } from 'vitest'
import { isSettled, stackState } from '../../src/lib/core/stack-status.ts'

describe('the state of a stack', () => {
  test.each(Object.values(StackStatus))('is known for %s, a status of the API', (status) => {
    expect(stackState(status)).not.toBe('unknown')
  })

  test.each(['', 'PAUSED_COMPLETE', 'MERGE_IN_PROGRESS', 'MERGE_FAILED', 'create_complete', 'CREATE_COMPLETE_X'])(
    'is unknown for %j, however it ends',
    (status) => {
      expect(stackState(status)).toBe('unknown')
    },
  )

  test('counts a stack whose creation was rolled back as failed: it contains nothing', () => {
    expect(stackState('ROLLBACK_COMPLETE')).toBe('failed')
    expect(isSettled('ROLLBACK_COMPLETE')).toBe(false)
  })

  test('counts a stack whose update was rolled back as settled: it can be updated again', () => {
    expect(isSettled('UPDATE_ROLLBACK_COMPLETE')).toBe(true)
  })

  test('is settled for no missing stack', () => {
    expect(isSettled(undefined)).toBe(false)
  })
})
