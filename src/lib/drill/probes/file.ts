// Numbered files on a shared file system, each known to the server before it counts.
import { throughFunction } from './function.ts'

/** `target`: `function`, the name of the probe function in `from`. */
export const file = throughFunction('file', 'files')
