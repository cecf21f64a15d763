// What a drill never does, whatever goes wrong in it: made-up steps in a world whose truth is known.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { DrillReport } from '../../src/lib/drill/evidence/report.ts'
import { unwell } from '../../src/lib/drill/phases/before.ts'
import { recorded } from '../../src/lib/drill/record.ts'
import type { Watched } from '../../src/lib/drill/watching.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import { inEmptyFolder } from '../cloud.ts'
import { MadeUp, type Script } from './made-up.ts'

beforeEach(inEmptyFolder)

const minute = 60_000
const unreachable = { kind: 'denied', command: 'PutObject' } as const
/** Acts that change the world beside probes and the dead man. */
const changes = ({ acts }: MadeUp): string[] => acts.filter((act) => /^(inject|restore)/.test(act))

const verdicts = ({ objectives }: DrillReport): string[] => objectives.map(({ name, verdict }) => `${name} ${verdict}`)

/** When this act is about to happen, once. */
const at =
  (act: string, then: (it: MadeUp) => void): NonNullable<Script['happens']> =>
  (now, it) => {
    if (now === act && !it.acts.includes(act)) then(it)
  }

test('a drill in which all goes well injects, watches, fails back and disarms, and meets its objectives', async () => {
  const it = new MadeUp({ inject: ['cut', 'more'], recover: ['promote'] })
  const { exit, report } = await it.run()
  expect(it.acts).toEqual([
    'arm',
    'inject cut',
    'inject more',
    'inject promote',
    'restore promote',
    'restore more',
    'restore cut',
    'remove',
    'disarm',
  ])
  expect(exit).toBe(0)
  expect(report).toMatchObject({ restored: true, actions: [] })
  expect(verdicts(report)).toEqual(['RTO pass', 'RPO pass'])
  expect(report.probes[0]?.loss?.lost).toEqual([])
})

describe('the journal', () => {
  test('announces each act in the bucket before it happens', async () => {
    const announced: string[] = []
    const happens = (act: string, { kept }: MadeUp): void => {
      const [, verb, step] = /^(inject|restore) (.+)/.exec(act) ?? []
      if (verb === undefined) return
      const { entry } = JSON.parse(kept.trim().split('\n').at(-1) ?? '') as { entry: { kind: string; step: string } }
      announced.push(`${act}: ${entry.kind} ${entry.step === step}`)
    }
    await new MadeUp({ recover: ['promote'], happens }).run()
    expect(announced).toEqual([
      'inject cut: begin true',
      'inject promote: begin true',
      'restore promote: begin true',
      'restore cut: begin true',
    ])
  })

  test('that the bucket does not take lets nothing be injected, and no runbook begin', async () => {
    const before = new MadeUp({ happens: at('arm', ({ faults }) => faults.push(unreachable)) })
    expect((await before.run()).report.restored).toBe(true)
    expect(before.acts).not.toContain('inject cut')
    const later = new MadeUp({
      recover: ['promote'],
      happens: at('injected cut', ({ faults }) => faults.push(unreachable)),
    })
    expect((await later.run()).report.restored).toBe(true)
    expect(later.acts).not.toContain('inject promote')
  })

  const taken: [string, RegExp, (it: MadeUp) => void][] = [
    ['the bucket', /copy in S3 could not be written/, ({ faults }) => faults.push(unreachable)],
    [
      'this machine',
      /journal\.jsonl could not be written \(EISDIR\)/,
      () => {
        rmSync('.dr/drills/d-1/journal.jsonl')
        mkdirSync('.dr/drills/d-1/journal.jsonl')
      },
    ],
  ]
  test.each(taken)(
    'that %s does not take any more keeps nobody from failing back, and is told',
    async (_, words, no) => {
      const it = new MadeUp({ happens: at('injected cut', no) })
      const { exit, report } = await it.run()
      expect(exit).toBe(5)
      expect(report.restored).toBe(true)
      expect([...it.on]).toEqual([])
      expect(it.told[0]).toMatch(words)
    },
  )
})

const sound = (it: MadeUp, state: 'firing' | 'missing' | 'blind'): void => {
  it.alarms = it.alarms.map((one) => ({ ...one, state }))
}
const lockLost = new DrError('LockLost', 5, 'another run took the lock over', 'see: dr status')

describe('a drill turns back, undoes what it did and does nothing more', () => {
  const turned: [string, string, Script][] = [
    [
      'a step fails, after it took effect or before',
      'no',
      {
        happens: (act) => {
          if (act === 'injected more') throw new Error('no')
        },
      },
    ],
    [
      'two places write',
      'us-east-1 and us-west-2 both write',
      {
        happens: (act, it) => {
          if (act === 'injected more') it.writers = ['us-east-1', 'us-west-2']
          if (act === 'restore more') it.writers = ['us-east-1']
        },
      },
    ],
    [
      'an alarm that guards it fires',
      'errors fires in us-east-1',
      {
        happens: async (act, it) => {
          if (act !== 'injected more') return
          sound(it, 'firing')
          await it.account.simulator.clock.sleep(minute)
        },
      },
    ],
    [
      'it takes too long',
      'it took longer than 5',
      {
        plan: { maxSeconds: 300 },
        happens: async (act, it) => {
          if (act === 'injected more') await it.account.simulator.clock.sleep(10 * minute)
        },
      },
    ],
    [
      'an alarm fires while neither the lock can be kept nor the dead man be moved',
      'errors fires in us-east-1',
      {
        happens: async (act, it) => {
          if (/keep|move/.test(act) && it.on.has('more')) throw new Error('S3 is away')
          if (act !== 'injected more') return
          sound(it, 'firing')
          await it.account.simulator.clock.sleep(minute)
        },
      },
    ],
    [
      'the dead man is gone, so that nobody would end it',
      'the dead man is gone',
      {
        happens: async (act, it) => {
          if (act === 'move' && it.on.has('more'))
            throw new DrError('DeadManGone', 6, 'the dead man is gone', 'see: dr status')
          if (act === 'injected more') await it.account.simulator.clock.sleep(minute)
        },
      },
    ],
    ['somebody leaves', 'left', { happens: at('injected more', ({ turn }) => turn.back('signal', 'left')) }],
    [
      'its lock cannot be kept',
      'S3 is away',
      {
        happens: (act, it) => {
          if (act === 'keep' && it.on.has('more')) throw new Error('S3 is away')
        },
      },
    ],
  ]
  test.each(turned)('when %s', async (_when, why, script) => {
    const it = new MadeUp({ inject: ['cut', 'more'], recover: ['promote'], ...script })
    const { exit, report } = await it.run()
    expect(exit).toBe(5)
    expect(report.turnedBack).toContain(why)
    expect(report).toMatchObject({ restored: true, actions: [] })
    expect(changes(it)).toEqual(['inject cut', 'inject more', 'restore more', 'restore cut'])
    expect([...it.on]).toEqual([])
    expect(it.acts.at(-1)).toBe('disarm')
  })

  test('and its way back is no recovery: an objective that only the failback met is not met', async () => {
    const happens: Script['happens'] = async (act, it) => {
      if (act === 'injected cut')
        void it.account.simulator.clock.sleep(2 * minute).then(() => it.turn.back('signal', ''))
    }
    const { report } = await new MadeUp({
      outage: Number.POSITIVE_INFINITY,
      plan: { steadySeconds: 120 },
      happens,
    }).run()
    expect(report.restored).toBe(true)
    expect(report.objectives.find(({ name }) => name === 'RTO')?.verdict).toBe('inconclusive')
  })
})

test('an alarm without data could not have stopped a drill, and the report says so', async () => {
  const it = new MadeUp()
  sound(it, 'blind')
  const { exit, report } = await it.run()
  expect(exit).toBe(0)
  expect(report.guards).toEqual([
    expect.objectContaining({ armed: false, tripped: false, detail: expect.stringContaining('not enough data') }),
  ])
})

test('an alarm that had no data, and fires while the drill runs, turns it back all the same', async () => {
  const it = new MadeUp({
    happens: async (act, made) => {
      if (act !== 'injected cut') return
      sound(made, 'firing')
      await made.account.simulator.clock.sleep(minute)
    },
  })
  sound(it, 'blind')
  const { exit, report } = await it.run()
  expect([exit, report.turnedBack]).toEqual([5, 'errors fires in us-east-1'])
  expect(report.guards).toEqual([expect.objectContaining({ armed: true, tripped: true })])
})

describe('a drill is refused, and nothing is armed or injected', () => {
  const refused: [string, string, (it: MadeUp) => void][] = [
    ['a step is in effect already', 'cut in us-east-1 is injected already', (it) => it.on.add('cut')],
    ['nobody knows whether it is', 'in an unknown state', (it) => (it.looks = { cut: 'unknown' })],
    ['something is in the way', 'a deploy runs', (it) => (it.obstacles = ['a deploy runs'])],
    ['an alarm fires', 'errors fires already', (it) => sound(it, 'firing')],
    ['there is no such alarm', 'no alarm errors', (it) => sound(it, 'missing')],
    ['the service is not well', 'service: 0 of', (it) => (it.ill = true)],
    ['no probe gets an answer', 'service', (it) => (it.silent = true)],
    ['the other side is far behind', 's behind, a fifth of the RPO', (it) => (it.behind = 70_000)],
  ]
  test.each(refused)('when %s', async (_when, why, edit) => {
    const it = new MadeUp({ plan: { steadySeconds: 120 } })
    edit(it)
    const { exit, report } = await it.run()
    expect(exit).toBe(3)
    expect(report.turnedBack).toContain(why)
    expect(it.acts.filter((act) => /^(arm|inject|restore)/.test(act))).toEqual([])
  })

  test('when its lock is lost', async () => {
    const it = new MadeUp({
      happens: (act) => {
        if (act === 'keep') throw lockLost
      },
    })
    expect((await it.run()).exit).toBe(3)
    expect(it.acts.filter((act) => /^(arm|inject|restore)/.test(act))).toEqual([])
  })
})

describe('a drill is not restored, and its dead man stays,', () => {
  const stuck: [string, Script][] = [
    [
      'when a step cannot be undone',
      {
        happens: (act) => {
          if (act === 'restore cut') throw new Error('no')
        },
      },
    ],
    [
      'when a step is undone and is still seen',
      { happens: at('restore cut', (it) => (it.looks = { cut: 'injected' })) },
    ],
    [
      'when nobody can see whether it is undone',
      { happens: at('restore cut', (it) => (it.looks = { cut: 'unknown' })) },
    ],
    [
      'when another run took its lock',
      {
        happens: (act, it) => {
          if (act === 'keep' && it.on.has('cut')) throw lockLost
        },
      },
    ],
  ]
  test.each(stuck)('%s', async (_when, script) => {
    const it = new MadeUp(script)
    const { exit, report, standing } = await it.run()
    expect(exit).toBe(6)
    expect(report.actions).toEqual([expect.stringContaining('undo cut')])
    expect(standing.stuck).toEqual(['cut'])
    expect(it.acts).not.toContain('disarm')
    expect(it.deadline).toBeGreaterThan(it.now)
  })
})

describe('a drill whose steps are all undone is not restored', () => {
  const unlike: [string, (it: MadeUp) => void][] = [
    ['while the service is not as before', (it) => (it.ill = true)],
    ['while two places write', (it) => (it.writers = ['us-east-1', 'us-west-2'])],
    ['while nothing writes', (it) => (it.writers = [])],
    ['while the other region writes', (it) => (it.writers = ['us-west-2'])],
  ]
  test.each(unlike)('%s', async (_while, edit) => {
    const it = new MadeUp({ happens: at('restore cut', edit) })
    const { exit, report } = await it.run()
    expect(exit).toBe(6)
    expect(report.restored).toBe(false)
  })
})

test('the dead man waits as long as somebody is there: he is never nearer than the longest drill', async () => {
  const left: number[] = []
  const it = new MadeUp({
    plan: { maxSeconds: 1_200 },
    outage: 10 * minute,
    happens: (act, one) => {
      if (act === 'keep' && one.deadline !== undefined) left.push(one.deadline - one.now)
    },
  })
  expect((await it.run()).exit).toBe(0)
  expect(left.length).toBeGreaterThan(30)
  expect(Math.min(...left)).toBeGreaterThanOrEqual(1_200_000)
})

test('the lock is kept while an act takes long', async () => {
  const kept: number[] = []
  await new MadeUp({
    outage: 10 * minute,
    happens: (act, it) => {
      if (act === 'keep') kept.push(it.now)
    },
  }).run()
  expect(Math.max(...kept.map((now, index) => now - (kept[index - 1] ?? now)))).toBeLessThanOrEqual(20_000)
})

describe('a drill that died', () => {
  const past: Script['past'] = [
    { kind: 'begin', phase: 'inject', step: 'cut' },
    { kind: 'turn-back', why: 'resumed', note: 'the run that began it is gone' },
  ]

  test('in the middle of an injection is undone, and counts as restored only when the service was seen to be well', async () => {
    const it = new MadeUp({ past })
    it.on.add('cut')
    const { exit, report } = await it.run()
    expect(exit).toBe(5)
    expect(changes(it)).toEqual(['restore cut'])
    expect(report.restored).toBe(true)
    const ill = new MadeUp({ past })
    ill.ill = true
    expect((await ill.run()).report.restored).toBe(false)
  })
})

test('a drill whose run died after the injection measured nothing: what was seen is gone', async () => {
  const past: Script['past'] = [
    { kind: 'begin', phase: 'inject', step: 'cut' },
    { kind: 'end', phase: 'inject', step: 'cut', outcome: 'done', note: '' },
    { kind: 'turn-back', why: 'resumed', note: 'the run that began it is gone' },
  ]
  const { exit, report } = await new MadeUp({ past }).run()
  expect(exit).toBe(5)
  expect(verdicts(report)).toEqual(['RTO inconclusive', 'RPO inconclusive'])
  expect(report.objectives.map(({ because }) => because)).toEqual(Array(2).fill('the run that watched is gone'))
})

test('what a drill did not inject it did not test: without an injection there is no recovery time', async () => {
  const { exit, report } = await new MadeUp({ inject: [] }).run()
  expect(exit).toBe(0)
  expect(verdicts(report)).toEqual(['RTO not-tested', 'RPO pass'])
  expect(report.checks).toEqual([expect.objectContaining({ name: 'service', verdict: 'pass' })])
})

test('what is under way to the other side when a harmless drill looks is waited for, and not lost', async () => {
  const it = new MadeUp({ inject: [] })
  it.behind = 3_500
  const { exit, report } = await it.run()
  expect([exit, report.probes[0]?.loss]).toMatchObject([0, { acknowledged: 60, lost: [] }])
})

test('a copy that stands still in quiet times is waited for in vain, and its writes are lost for good', async () => {
  const it = new MadeUp({ inject: [], happens: (act, made) => void (act === 'keep' && (made.behind += 15_000)) })
  const { report } = await it.run()
  expect(report.probes[0]?.loss?.lostForGood.length).toBeGreaterThan(10)
})

test('a single operation that failed in quiet times is told, although the service counts as well', async () => {
  const it = new MadeUp({ inject: [], plan: { steadySeconds: 1_200 } })
  it.failing = 1
  const { exit, report } = await it.run()
  expect(exit).toBe(4)
  expect(report.checks).toEqual([expect.objectContaining({ name: 'service', verdict: 'fail' })])
})

test('a probe that has seen nothing does not show that the service is well', () => {
  const plan = { name: 'service', measures: ['RTO'] } as unknown as Watched['plan']
  expect(unwell({ plan, operations: [] } as unknown as Watched, 0)).toBe('service has seen nothing')
})

test('a dead man who cannot be disarmed fails the drill, and is told', async () => {
  const happens = (act: string): void => {
    if (act === 'disarm') throw new Error('no')
  }
  const { exit, report } = await new MadeUp({ happens }).run()
  expect(exit).toBe(4)
  expect(report.checks).toEqual([{ phase: 'disarm', name: 'disarm', verdict: 'fail', detail: 'no' }])
})

test('what was not yet copied at the moment of the injection was exposed, though the copy came later', async () => {
  const probe = { name: 'copy', kind: 'made-up', interval: 1_000, from: 'us-east-1', to: 'us-west-2', target: {} }
  const it = new MadeUp({
    plan: { probes: [{ ...probe, measures: ['RPO'], exposure: true }] },
    happens: (act, one) => void (one.behind = act === 'injected cut' ? 10_000 : 0),
  })
  const { report } = await it.run()
  expect(report.probes[0]?.loss?.lost.length).toBeGreaterThan(5)
})

describe('the journal of a drill that is to be gone on with', () => {
  const path = '.dr/drills/d-1/journal.jsonl'
  const place = { system: 'made-up', suffix: 'pr123' }

  test('is the longer one of this machine and the bucket', async () => {
    const it = new MadeUp()
    await it.run()
    const archive = await it.archive()
    const whole = readFileSync(path, 'utf8')
    const count = whole.trim().split('\n').length
    const short = `${whole.split('\n').slice(0, 3).join('\n')}\n`
    writeFileSync(path, short)
    expect((await recorded('d-1', place, archive)).lines).toHaveLength(count)
    writeFileSync(path, whole)
    await archive.objects.put(archive.bucket, 'drills/made-up/pr123/d-1/journal.jsonl', short)
    expect((await recorded('d-1', place, archive)).lines).toHaveLength(count)
  })

  test('that somebody changed is refused', async () => {
    const it = new MadeUp()
    await it.run()
    const archive = await it.archive()
    const changed = readFileSync(path, 'utf8').replace('cut is off', 'cut is out')
    writeFileSync(path, changed)
    await archive.objects.put(archive.bucket, 'drills/made-up/pr123/d-1/journal.jsonl', changed)
    await expect(recorded('d-1', place, archive)).rejects.toMatchObject({ code: 'BrokenJournal', exit: 6 })
  })
})
