// As seeds.test.ts, in a file of its own so that both cores play.
import { beforeAll, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { playAll, seedsToPlay } from './played.ts'
import { miniature } from './scenarios.ts'
import { ground } from './seeds.ts'

beforeAll(inEmptyFolder)

test('each further life of the miniature system is true to its end', async () => {
  expect(await playAll(seedsToPlay({ from: 1001, to: 2000 }), await ground(miniature))).toEqual([])
}, 600_000)
