// Random lives of each system that comes with dr.
import { beforeAll, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { playAll, seedsToPlay } from '../simulation/played.ts'
import { shippedSystems } from '../simulation/scenarios.ts'
import { ground } from '../simulation/seeds.ts'
import { lives } from './amount.ts'

beforeAll(inEmptyFolder)

test.each(shippedSystems())('a life of the system $environment.system is true to its end', async (subject) => {
  expect(await playAll(seedsToPlay({ from: 1, to: lives }), await ground(subject))).toEqual([])
})
