// No seed may find a lie, a run without end, a doubled stack or a lock that stays. `npm run soak` plays those after them.
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder } from '../cloud.ts'
import { playAll, seedsToPlay } from './played.ts'
import { miniature } from './scenarios.ts'
import { type Ground, ground, play } from './seeds.ts'

beforeAll(inEmptyFolder)

describe('a life of the miniature system', () => {
  let on: Ground
  beforeAll(async () => {
    on = await ground(miniature)
  })

  test('is the same through the whole SDK as through the layers that matter here', async () => {
    const told = async (seed: number, wholeSdk: boolean): Promise<string[]> => {
      const lines: string[] = []
      await play(seed, on, { wholeSdk, trace: (line) => lines.push(line) })
      return lines
    }
    for (const seed of [3, 7, 11, 19, 33, 36]) expect(await told(seed, true)).toEqual(await told(seed, false))
  })

  test('is true to its end, whatever happens', async () => {
    expect(await playAll(seedsToPlay({ from: 1, to: 200 }), on)).toEqual([])
  }, 600_000)
})
