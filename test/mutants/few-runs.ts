// fast-check with few runs, always the same ones: a mutant is judged in a second, and judged alike each time.
import { createRequire } from 'node:module'
import type * as Library from 'fast-check'

/** The library by the name that the configuration turns to this file. */
const { default: fc } = createRequire(import.meta.url)('fast-check') as typeof Library

const most = 100

const assert = ((property: Library.IRawProperty<unknown>, parameters: Library.Parameters<unknown> = {}) =>
  fc.assert(property, {
    ...parameters,
    seed: 1,
    numRuns: Math.min(parameters.numRuns ?? most, most),
  })) as typeof fc.assert

export default { ...fc, assert }
