// How IAM knows whoever STS says we are. Texts: STS API reference of GetCallerIdentity; IAM user guide, aws:PrincipalArn.
import { expect, test } from 'vitest'
import { callerPatterns } from '../../src/lib/core/names.ts'

test.each([
  ['arn:aws:iam::123456789012:user/ops/Alice', ['arn:aws:iam::123456789012:user/ops/Alice']],
  [
    'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com',
    [
      'arn:aws:iam::123456789012:role/AWSReservedSSO_Admin_0123456789abcdef',
      'arn:aws:iam::123456789012:role/*/AWSReservedSSO_Admin_0123456789abcdef',
    ],
  ],
  [
    'arn:aws-us-gov:sts::123456789012:assumed-role/ci/run',
    ['arn:aws-us-gov:iam::123456789012:role/ci', 'arn:aws-us-gov:iam::123456789012:role/*/ci'],
  ],
  // The root of an account can take on no role.
  ['arn:aws:iam::123456789012:root', []],
  ['arn:aws:sts::123456789012:federated-user/bob', []],
])('names %s in a trust policy', (caller, patterns) => {
  expect(callerPatterns(caller)).toEqual(patterns)
})
