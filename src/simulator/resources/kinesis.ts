// Kinesis streams.
import { define } from './define.ts'
import { record, text } from '../existing.ts'
import { arn } from '../identifiers.ts'
import type { Kind } from './kind.ts'
import { requireKey } from './kms.ts'

export const kinesis: Kind[] = [
  define('AWS::Kinesis::Stream', {
    name: 'Name',
    limit: 128,
    arn: (name, region) => arn('kinesis', region, `stream/${name}`),
    attributes: (_, name, { region }) => ({ Arn: arn('kinesis', region, `stream/${name}`) }),
    requires: ({ StreamEncryption }, around) => requireKey(around, text(record(StreamEncryption).KeyId)),
    removed: (name, { cloud, region }) => {
      delete cloud.streams?.[`${region}|${name}`]
      return 'gone'
    },
  }),
]
