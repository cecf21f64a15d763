import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextLine, readJournal, written, type Entry, type Line } from '../../src/lib/drill/journal.ts'
import { standing, type Steps, type Task } from '../../src/lib/drill/next.ts'

const plan = 'plan-hash'

/** A world in which injected steps are on or off, and a drill that can die after any line. */
class World {
  lines: Line[] = []
  on = new Set<string>()
  readonly acts: string[] = []
  readonly #steps: Steps
  constructor(steps: Steps) {
    this.#steps = steps
  }

  write(entry: Entry): void {
    this.lines.push(nextLine(this.lines, plan, this.lines.length, entry))
  }

  /** Runs until nothing is left or `lives` lines were written; `dice` decides what fails. */
  run(lives: number, dice: () => boolean, resumed: boolean): 'ended' | 'died' {
    const limit = this.lines.length + lives
    const note = ''
    const alive = (): boolean => this.lines.length < limit
    if (resumed) this.write({ kind: 'turn-back', why: 'resumed', note })
    for (;;) {
      const { next, turnedBack } = standing(this.#steps, this.lines)
      if (!next) return 'ended'
      if (!alive()) return 'died'
      this.write({ kind: 'begin', ...next })
      const failed = this.act(next, dice)
      if (!alive()) return 'died'
      this.write({ kind: 'end', ...next, outcome: failed ? 'failed' : 'done', note })
      if (failed && !turnedBack && next.phase !== 'failback')
        this.write({ kind: 'turn-back', why: 'step-failed', note })
    }
  }

  private act({ phase, step }: Task, dice: () => boolean): boolean {
    this.acts.push(`${phase} ${step ?? ''}`)
    const failed = dice()
    if (!step) return false
    if (phase === 'failback') {
      if (!failed) this.on.delete(step)
      return failed
    }
    // A step may fail after it took effect.
    this.on.add(step)
    return failed
  }
}

const names = (prefix: string) =>
  fc.integer({ min: 0, max: 3 }).map((n) => Array.from({ length: n }, (_, i) => `${prefix}${i}`))
const steps = fc.record({ inject: names('i'), recover: names('r') })

describe('a drill', () => {
  it('that dies after any line ends restored, or says that it is not', () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
        fc.array(fc.boolean()),
        (steps, lives, rolls) => {
          const world = new World(steps)
          let roll = 0
          const dice = (): boolean => (roll < rolls.length ? (rolls[roll++] ?? false) : false)
          let state = world.run(lives[0] ?? 100, dice, false)
          for (const life of lives.slice(1)) if (state === 'died') state = world.run(life, dice, true)
          if (state === 'died') state = world.run(1000, dice, true)
          const end = standing(steps, world.lines)
          expect(state).toBe('ended')
          if (end.stuck.length === 0) expect([...world.on]).toEqual([])
          expect([...world.on].every((step) => end.stuck.includes(step))).toBe(true)
          expect(end.open).toEqual(end.stuck)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('injects nothing more once it has turned back', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 30 }), (steps, cut) => {
        const world = new World(steps)
        world.run(cut, () => false, false)
        world.acts.length = 0
        world.run(1000, () => false, true)
        expect(world.acts.filter((act) => /^(inject|recover|arm)/.test(act))).toEqual([])
      }),
    )
  })

  it('undoes in reverse order, and only what may have happened', () => {
    const world = new World({ inject: ['functions-off', 'dns-away'], recover: ['promote'] })
    world.run(1000, () => false, false)
    expect(world.acts.filter((act) => act.startsWith('failback'))).toEqual([
      'failback promote',
      'failback dns-away',
      'failback functions-off',
    ])
    const early = new World({ inject: ['functions-off', 'dns-away'], recover: [] })
    early.run(7, () => false, false)
    early.run(1000, () => false, true)
    expect(early.acts.filter((act) => act.startsWith('failback'))).toEqual(['failback functions-off'])
  })

  it('that could not undo a step stays armed until a later run has', () => {
    const world = new World({ inject: ['functions-off'], recover: [] })
    let undoing = true
    world.run(1000, () => undoing && world.acts.at(-1)?.startsWith('failback') === true, false)
    expect(standing({ inject: ['functions-off'], recover: [] }, world.lines).stuck).toEqual(['functions-off'])
    expect(world.acts).not.toContain('disarm ')
    undoing = false
    world.run(1000, () => false, true)
    expect(world.on.size).toBe(0)
    expect(world.acts.at(-2)).toBe('disarm ')
  })

  it('after which the service was not seen to be well stays armed until a later run has seen it', () => {
    const steps = { inject: ['functions-off'], recover: [] }
    const world = new World(steps)
    world.run(1000, () => false, false)
    const at = world.lines.findIndex(({ entry }) => entry.kind === 'end' && entry.phase === 'steady-after')
    world.lines.length = at
    world.write({ kind: 'end', phase: 'steady-after', outcome: 'failed', note: '' })
    world.acts.length = 0
    world.run(1000, () => false, false)
    expect(world.acts).toEqual(['reconcile ', 'report '])
    world.run(1000, () => false, true)
    expect(world.acts).toContain('disarm ')
  })

  it('shows what was under way when a run died', () => {
    const world = new World({ inject: ['functions-off'], recover: [] })
    world.run(7, () => false, false)
    expect(standing({ inject: ['functions-off'], recover: [] }, world.lines).underWay).toEqual({
      phase: 'inject',
      step: 'functions-off',
    })
  })
})

describe('a journal', () => {
  const lines = (): Line[] => {
    const world = new World({ inject: ['a', 'b'], recover: [] })
    world.run(1000, () => false, false)
    return world.lines
  }

  it('is read back as it was written', () => {
    expect(readJournal(written(lines()), plan)).toEqual({ lines: lines() })
  })

  it('drops a line that a crash cut off', () => {
    const text = written(lines())
    expect(readJournal(text.slice(0, -20), plan)).toEqual({ lines: lines().slice(0, -1) })
  })

  it('shows any change to its past, and another plan', () => {
    const text = written(lines())
    expect(readJournal(text.replace('"outcome":"done"', '"outcome":"failed"'), plan).broken).toContain('line 2')
    expect(readJournal(text, 'another').broken).toContain('line 1')
    expect(readJournal(written(lines().toSpliced(4, 1)), plan).broken).toContain('line 5')
    expect(readJournal(`nonsense\n${text}`, plan).broken).toBe('line 1 is no journal line')
  })
})
