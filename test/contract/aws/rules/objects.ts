// Contracts of S3: writing on a condition, which dr's lock and its write-once artifacts need.
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { refusal, same, type Rule } from '../rule.ts'
import { bucket } from '../stacks.ts'
import type { World } from '../world.ts'

const guide = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html'
const recorded =
  'https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/s3/test_s3_api.snapshot.json'

const failed = {
  name: 'PreconditionFailed',
  message: 'At least one of the pre-conditions you specified did not hold',
}

const read = async ({ s3 }: World, Bucket: string, Key: string): Promise<string | undefined> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  return Body?.transformToString()
}

export const objects: readonly Rule[] = [
  {
    id: 'objects/create-once',
    says: 'PutObject with If-None-Match * writes a key that is free and refuses one that is there with 412, leaving it as it is',
    sources: [guide, recorded],
    usd: 0.0001,
    body: async (world) => {
      const Bucket = await bucket(world)
      const Key = world.name('once')
      const put = (Body: string) => world.s3.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' }))
      same('PutObject on a free key', await refusal(put('first')), 'accepted')
      same('PutObject on a key that is there', await refusal(put('second')), failed)
      same('what the object holds', await read(world, Bucket, Key), 'first')
    },
  },
  {
    id: 'objects/if-match',
    says: 'PutObject with If-Match writes over the version with that ETag, refuses another ETag with 412 and a missing key with NoSuchKey',
    sources: [guide, recorded],
    usd: 0.0001,
    body: async (world) => {
      const Bucket = await bucket(world)
      const Key = world.name('match')
      const put = (Body: string, IfMatch?: string) =>
        world.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...(IfMatch && { IfMatch }) }))
      const { ETag } = await put('first')
      same('PutObject with the ETag that the object has', await refusal(put('second', ETag)), 'accepted')
      same('PutObject with the ETag that it had before', await refusal(put('third', ETag)), failed)
      same('what the object holds', await read(world, Bucket, Key), 'second')
      const missing = new PutObjectCommand({ Bucket, Key: world.name('missing'), Body: 'fourth', IfMatch: ETag })
      same('PutObject with an ETag on a missing key', await refusal(world.s3.send(missing)), {
        name: 'NoSuchKey',
        message: 'The specified key does not exist.',
      })
    },
  },
]
