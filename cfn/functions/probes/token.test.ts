import { expect, test } from 'vitest'
import { cacheToken } from './token.ts'

test('the password of a cache is the URL that the signer of the AWS SDK makes, without its scheme', () => {
  const place = { group: 'streaming-pr1', user: 'streaming-client-pr1', region: 'eu-central-1' }
  const keys = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: 'to/ken+with=signs',
  }
  const token = cacheToken(place, keys, Date.parse('2026-11-20T03:12:44Z'))
  expect(token).toMatch(/^streaming-pr1\/\?Action=connect&User=streaming-client-pr1&X-Amz-Algorithm=AWS4-HMAC-SHA256&/)
  expect(token).toContain('X-Amz-Credential=AKIDEXAMPLE%2F20261120%2Feu-central-1%2Felasticache%2Faws4_request')
  expect(token).toContain('X-Amz-Security-Token=to%2Fken%2Bwith%3Dsigns')
  // Made once with SignatureV4.presign of @smithy/signature-v4, expiresIn 900.
  expect(token).toMatch(/&X-Amz-Signature=46c74aa550ce3bfcbd6677a407f2a5b258681dbf32f1a4f3b319b8def127a021$/)
})
