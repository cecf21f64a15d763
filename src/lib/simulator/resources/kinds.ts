// All resource types that the simulator can make.
import { kms } from './kms.ts'
import { sns, sqs } from './messaging.ts'
import type { Kind } from './kind.ts'

export const kinds: Kind[] = [...kms, ...sns, ...sqs]
