// The lives after those of test/simulation/seeds.test.ts.
import { beforeAll, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { playAll, seedsToPlay } from '../simulation/played.ts'
import { miniature } from '../simulation/scenarios.ts'
import { ground } from '../simulation/seeds.ts'
import { seeds } from './amount.ts'

beforeAll(inEmptyFolder)

test('each further life of the miniature system is true to its end', async () => {
  expect(await playAll(seedsToPlay({ from: 201, to: seeds }), await ground(miniature))).toEqual([])
})
