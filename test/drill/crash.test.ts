// A drill whose process dies, or that somebody leaves; test/soak/drills.test.ts lets it die at more lines.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Phase } from '../../src/lib/drill/journal.ts'
import { copyOf, inEmptyFolder } from '../cloud.ts'
import type { Birth } from '../simulation/life.ts'
import { drills, expectSurvival, type Place, placeOf, reported } from './deaths.ts'

describe.each(drills)('the $drillClass drill of $system $scenario $mode', (drill) => {
  let place: Place
  beforeAll(async () => {
    place = await placeOf(drill)
  })

  test('survives the death of its run at lines of the journal, on this machine and on another', async () => {
    await expectSurvival(drill, place, drill.seldom)
  })

  const left: Phase[] = ['steady-before', 'arm', 'inject', 'detect', 'recover', 'verify', 'failback', 'steady-after']
  test.each(left)('fails back when it is left in the phase %s', async (phase) => {
    inEmptyFolder()
    const it = copyOf(place.deployed)
    const leaving = new AbortController()
    const listen: Birth['listen'] = (event) => {
      if (event.kind === 'phase-started' && event.phase === phase) leaving.abort(new Error('left'))
    }
    const report = await reported(place.begin(it, { signal: leaving.signal, listen }))
    expect(report.drill?.restored).toBe(true)
    // From the failback on it goes its way: there is nothing to turn back any more. What injects nothing has no such
    // phase, so that its last look is its end.
    const gone = ['failback', 'steady-after', ...(drill.drillClass === 'L1' ? ['inject', 'verify'] : [])]
    expect(report.exit).toBe(gone.includes(phase) ? 0 : 5)
    await place.expectAsBefore(it)
  })
})
