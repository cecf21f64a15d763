import { describe, expect, test } from 'vitest'
import { DrError } from '../../src/lib/core/errors.ts'
import { explain, Interrupted } from '../../src/lib/execute/operate.ts'

const account = '123456789012'

describe('how a stage ended that threw', () => {
  test('AWS is quoted, with the account masked', () => {
    const error = Object.assign(new Error(`User arn:aws:iam::${account}:user/ada may not`), { name: 'AccessDenied' })
    expect(explain(error, account)).toMatchObject({
      outcome: 'failed',
      message: 'AWS says AccessDenied: User arn:aws:iam::····9012:user/ada may not',
    })
  })

  test('a fault in dr is not put down to AWS', () => {
    expect(explain(new TypeError('x is not a function'), account).message).toBe(
      'internal error of dr: x is not a function',
    )
  })

  test("dr's own errors keep their words", () => {
    expect(explain(new DrError('LockLost', 5, 'the lock is lost', 'look'), account).message).toBe('the lock is lost')
  })

  test('an interrupt is no failure', () => {
    expect(explain(new Interrupted('left on request'), account)).toMatchObject({
      outcome: 'interrupted',
      message: 'left on request',
    })
  })
})
