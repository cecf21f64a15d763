import { S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { Objects } from '../../src/lib/aws/objects.ts'

test('an empty text has a length like any other: the SDK has nothing to warn of on the screen', async () => {
  const lengths: unknown[] = []
  const client = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async ({ headers }: { headers: Record<string, string> }) => {
        lengths.push(headers['content-length'])
        return { response: { statusCode: 200, headers: {} } }
      },
    } as never,
  })
  const objects = new Objects(client, '000000000000')
  for (const text of ['', 'four']) await objects.put('bucket', 'key', text)
  expect(lengths).toEqual(['0', '4'])
})
