// Twenty random lives of each system that comes with dr: `npm run soak` plays any number.
import { beforeAll, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { playAll, seedsToPlay } from './played.ts'
import { shippedSystems } from './scenarios.ts'
import { ground } from './seeds.ts'

beforeAll(inEmptyFolder)

test.each(shippedSystems())(
  'a life of the system $environment.system is true to its end',
  async (subject) => {
    expect(await playAll(seedsToPlay({ from: 1, to: 20 }), await ground(subject))).toEqual([])
  },
  600_000,
)
