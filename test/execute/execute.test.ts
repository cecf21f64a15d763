// Which stage of a plan runs, and when, whatever the stages do.
import { describe, expect, test } from 'vitest'
import { type Action, type Ended, failedBecause, succeeded, unchanged } from '../../src/lib/execute/actions/action.ts'
import { virtualClock } from '../../src/lib/core/clock.ts'
import type { EventBody } from '../../src/lib/core/events.ts'
import { execute, type Outcome } from '../../src/lib/execute/execute.ts'
import type { Plan } from '../../src/lib/plan/plan.ts'

const plan = (needs: Record<string, string[]>): Plan => ({
  verb: 'deploy',
  stages: Object.entries(needs).map(([name, needed]) => ({
    name,
    title: name,
    needs: needed,
    regions: [],
    work: { kind: 'upload' },
  })),
})

interface Played {
  outcomes: Outcome[]
  events: EventBody[]
  /** `outcome message` by stage. */
  ends: Record<string, string>
}

/** Executes; a stage ends as `how` says, or throws; a number lets so many ms pass on the way. */
async function play(
  needs: Record<string, string[]>,
  how: Record<string, Ended | Error | number> = {},
  controller = new AbortController(),
): Promise<Played> {
  const clock = virtualClock()
  const events: EventBody[] = []
  async function* act(name: string): Action {
    yield { kind: 'waiting', stage: name, what: 'its end' }
    const end = how[name]
    if (typeof end === 'number') await clock.sleep(end)
    if (end instanceof Error) throw end
    return typeof end === 'object' ? end : succeeded()
  }
  const outcomes = await execute(plan(needs), {
    clock,
    signal: controller.signal,
    tell: (event) => void events.push(event),
    run: ({ name }) => act(name),
    explain: (error, { name }) => failedBecause(`${name}: ${(error as Error).message}`),
  })
  const ends = Object.fromEntries(outcomes.map((it) => [it.name, `${it.outcome} ${it.message}`.trim()]))
  return { outcomes, events, ends }
}

const kinds = ({ events }: Played, stage: string): string[] =>
  events.filter((it) => 'stage' in it && it.stage === stage).map(({ kind }) => kind)

describe('a stage of a plan', () => {
  test('runs when all that it needs went well, changed or not', async () => {
    const { ends } = await play({ network: [], data: [], app: ['network', 'data'] }, { data: unchanged() })
    expect(ends).toEqual({ network: 'succeeded', data: 'unchanged no change', app: 'succeeded' })
  })

  test('begins only after what it needs has ended', async () => {
    const { events } = await play({ network: [], app: ['network'] }, { network: 5000 })
    const order = events.flatMap((it) => ('stage' in it ? [`${it.kind} ${it.stage}`] : []))
    expect(order.indexOf('stage-started app')).toBeGreaterThan(order.indexOf('stage-finished network'))
  })

  test('runs beside those that it does not need', async () => {
    const { events } = await play({ network: [], data: [] }, { network: 5000 })
    const order = events.flatMap((it) => ('stage' in it ? [`${it.kind} ${it.stage}`] : []))
    expect(order.indexOf('stage-started data')).toBeLessThan(order.indexOf('stage-finished network'))
  })

  test.each(['failed', 'skipped', 'interrupted'] as const)('is skipped when one that it needs %s', async (outcome) => {
    const played = await play(
      { network: [], data: [], app: ['network', 'data'], dns: ['app'] },
      { data: { outcome, message: '', causes: [] } },
    )
    expect(played.ends).toMatchObject({ app: `skipped because data ${outcome}`, dns: 'skipped because app skipped' })
    expect(kinds(played, 'app')).toEqual(['stage-finished'])
    expect(played.outcomes[2]?.causes).toEqual([])
  })

  test('is skipped when somebody has interrupted', async () => {
    const controller = new AbortController()
    controller.abort()
    const played = await play({ network: [] }, {}, controller)
    expect(played.ends).toEqual({ network: 'skipped because of the interrupt' })
    expect(kinds(played, 'network')).toEqual(['stage-finished'])
    expect(played.outcomes[0]?.causes).toEqual([])
  })

  test('tells its start, what its action tells, and its end once', async () => {
    expect(kinds(await play({ network: [] }), 'network')).toEqual(['stage-started', 'waiting', 'stage-finished'])
  })

  test('that throws ends as its error is explained, and throws nothing on', async () => {
    const played = await play({ network: [] }, { network: new Error('no rights') })
    expect(played.ends).toEqual({ network: 'failed network: no rights' })
    expect(kinds(played, 'network')).toEqual(['stage-started', 'waiting', 'stage-finished'])
  })

  test('tells how long it took in seconds, without the wait for others', async () => {
    const { outcomes, events } = await play({ network: [], app: ['network'] }, { network: 5000, app: 2400 })
    expect(outcomes.map(({ seconds }) => seconds)).toEqual([5, 2])
    expect(events.flatMap((it) => (it.kind === 'stage-finished' ? [it.seconds] : []))).toEqual([5, 2])
  })

  test('that needs what the plan does not hold waits for nothing', async () => {
    expect((await play({ app: ['elsewhere'] })).ends).toEqual({ app: 'succeeded' })
  })
})
