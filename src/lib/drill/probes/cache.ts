// Numbers in a session cache, whose replicas follow asynchronously: what the primary had acknowledged may be lost with it,
// and is counted. They lie on the first shard.
import { throughFunction } from './function.ts'

/** `target`: `function`, the name of the probe function in `from`. */
export const cache = throughFunction('cache', 'cache')
