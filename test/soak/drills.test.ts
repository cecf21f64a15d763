// A drill of each class whose process dies at nearly every line of its journal.
import { describe, test } from 'vitest'
import { drills, expectSurvival, placeOf } from '../drill/deaths.ts'

describe.each(drills)('the $drillClass drill of $system $scenario $mode', (drill) => {
  test('survives the death of its run, on this machine and on another', async () => {
    await expectSurvival(drill, await placeOf(drill), drill.often)
  })
})
