// One verdict for whatever AWS says: every status of operation, instance and stack through the real action and the real
// end of a deploy. `npx vitest run -u` rewrites the tables; the diff is the review.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { applyStage } from '../../src/lib/execute/actions/apply-stage.ts'
import { upload } from '../../src/lib/execute/actions/upload.ts'
import { readSettings } from '../../src/lib/load/config.ts'
import type { Report } from '../../src/lib/core/events.ts'
import type { Outcome } from '../../src/lib/execute/execute.ts'
import { operate } from '../../src/lib/execute/operate.ts'
import { exitOf } from '../../src/lib/report/report.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import { openSession, targeted, type TargetSession } from '../../src/lib/load/session.ts'
import { memorySimulator } from '../../src/simulator/index.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { startRun } from '../../src/lib/core/run.ts'
import { runRecord } from '../../src/lib/cli/run-record.ts'
import { bootstrapMissing } from '../../src/lib/runs/bootstrap.ts'
import { conclude } from '../../src/lib/runs/concluded.ts'
import { planned, wantedNow } from '../../src/lib/runs/planned.ts'
import { ndjson } from '../../src/lib/views/ndjson.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { reportText } from '../../src/lib/views/report.ts'
import { type Bend, bend } from '../bent.ts'
import { inEmptyFolder } from '../cloud.ts'
import { shortened } from '../simulation/wire.ts'
import type { Planned } from '../../src/lib/plan/plan.ts'

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const lock = { hold: async () => undefined, keep: async () => undefined }

const systemFile = `
name: single
title: Single
regions: { primary: us-east-1, failover: us-west-2 }
objectives: { rto: 15m, rpo: 5m }
tags: { DataClassification: test }
stages:
  - name: base
    steps: [[primary, failover]]
`
const rootFile = `
Parameters:
  EnvironmentSuffix: { Type: String }
Resources:
  Board:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardName: !Sub 'single-\${EnvironmentSuffix}-\${AWS::Region}'
      DashboardBody: '{"widgets":[]}'
`

/** A system of one stage in two regions that is quickly there. */
function templates(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dr-verdict-'))
  cpSync(from('../../cfn/bootstrap.yaml'), join(folder, 'bootstrap.yaml'))
  mkdirSync(join(folder, 'systems/single'), { recursive: true })
  writeFileSync(join(folder, 'systems/single/system.yaml'), systemFile)
  writeFileSync(join(folder, 'systems/single/base.yaml'), rootFile)
  return folder
}

const simulator = memorySimulator()
let how: Bend = {}
let session: TargetSession
let facts: Planned
let start: Cloud

const newRun = () =>
  startRun('deploy', simulator.clock, new AbortController().signal, [() => undefined], async () => undefined)

beforeAll(async () => {
  inEmptyFolder()
  const settings = readSettings({ system: 'single', suffix: 'pr123', timeout: 1, templates: templates() }, {})
  const open = async (): Promise<TargetSession> =>
    targeted(
      await openSession(settings, {
        clock: simulator.clock,
        plug: (client) => {
          simulator.plug(client)
          bend(
            client,
            () => simulator.inspect(),
            () => how,
          )
          shortened(client)
        },
      }),
    )
  await bootstrapMissing(newRun(), await open())
  session = await open()
  facts = await planned(session, { schema: false })
  await operate(newRun(), session, lock, { ...facts.plan, stages: facts.plan.stages.slice(0, 1) }, (context) =>
    upload(context, facts.pkg.artifacts, session.buckets),
  )
  start = structuredClone(simulator.inspect())
})

/** The deploy of the stage from the same start, while AWS says what `bent` says. */
async function verdictOf(bent: Bend): Promise<Report> {
  simulator.change((cloud) => Object.assign(cloud, structuredClone({ ...start, now: cloud.now })))
  how = bent
  const run = newRun()
  const plan = { ...facts.plan, stages: facts.plan.stages.slice(1).map((it) => ({ ...it, needs: [] })) }
  const outcomes = await operate({ ...run, clock: simulator.clock }, session, lock, plan, (context, { work }) => {
    if (work.kind !== 'apply-stage') throw new Error(`the plan holds ${work.kind}`)
    return applyStage(context, { stage: work.stage, totals: {}, wanted: wantedNow(session, work.stage, facts.wanted) })
  })
  return conclude(run, session, facts, outcomes)
}

const because = ({ causes, stages }: Report): string =>
  [...new Set(causes.map((it) => it.reason)), ...stages.map((it) => it.message)].filter(Boolean).join(' · ')

/** The exit code and the sentence, as a person reads them. */
const cell = (report: Report): string =>
  [`${report.exit}  ${report.verdict.replace('single · pr123', '…')}`, because(report)]
    .filter(Boolean)
    .join(` — `)
    .replace(/dr-[0-9a-f]{12}/g, 'dr-∙')
    .replace(/arn:\S+?:stack\//g, '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '∙')

/** Rows by what they say: those that differ only in a word that changes nothing become one, with `any` in its place. */
function merged(said: Map<string, string[]>, all: string[]): [string, string][] {
  return [...said].map(([text, which]) => [which.length === all.length ? 'any' : which.join(' '), text])
}

const operations: Record<string, Omit<NonNullable<Bend['operation']>, 'failed'>> = {
  SUCCEEDED: { status: 'SUCCEEDED', ended: true },
  FAILED: { status: 'FAILED', ended: true },
  STOPPED: { status: 'STOPPED', ended: true },
  STOPPING: { status: 'STOPPING', ended: false },
  QUEUED: { status: 'QUEUED', ended: false },
  RUNNING: { status: 'RUNNING', ended: false },
  'PAUSED, over': { status: 'PAUSED', ended: true },
  'PAUSED, open': { status: 'PAUSED', ended: false },
}
const counts = { none: 0, some: 1, all: 2 }
const statuses = ['CURRENT', 'OUTDATED', 'INOPERABLE', 'FROZEN']
const stackStatuses = [
  ...['CREATE', 'UPDATE', 'DELETE', 'ROLLBACK', 'UPDATE_ROLLBACK', 'IMPORT', 'IMPORT_ROLLBACK'].flatMap((verb) =>
    ['COMPLETE', 'FAILED', 'IN_PROGRESS'].map((end) => `${verb}_${end}`),
  ),
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'REVIEW_IN_PROGRESS',
  'FROZEN',
]
const details = [
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'INOPERABLE',
  'SKIPPED_SUSPENDED_ACCOUNT',
  'FAILED_IMPORT',
  'FROZEN',
]

describe('the verdict on a deploy', () => {
  test('is 0 for one combination of statuses only; each has one exit code and one sentence', async () => {
    const rows: string[] = []
    const good = new Set<string>()
    for (const [name, operation] of Object.entries(operations))
      for (const [count, failed] of Object.entries(counts)) {
        const byText = new Map<string, string[]>()
        for (const status of statuses) {
          const said = new Set<string>()
          for (const detailedStatus of details) {
            const report = await verdictOf({
              operation: { ...operation, failed },
              instance: { status, detailedStatus },
            })
            said.add(cell(report))
            if (report.exit === 0) good.add(`${name} ${count} ${status}`)
          }
          // How far an operation came with an instance never decides by itself.
          expect([...said], `${name} ${count} ${status}`).toHaveLength(1)
          for (const text of said) byText.set(text, [...(byText.get(text) ?? []), status])
        }
        for (const [which, text] of merged(byText, statuses))
          rows.push([name.padEnd(12), count.padEnd(6), which.padEnd(26), text].join('  '))
      }
    expect([...good]).toEqual(['SUCCEEDED none CURRENT'])
    const head = [
      'What a deploy of one stage says when its operation ends so (or is so when patience ends), when so many of its two',
      'instances failed, and the one in us-east-1 stands so, with any detailed status. PAUSED and FROZEN are no words of AWS.',
      '',
      ['operation'.padEnd(12), 'failed', 'instance'.padEnd(26), 'exit, verdict, because'].join('  '),
    ]
    await expect(`${[...head, ...rows].join('\n')}\n`).toMatchFileSnapshot(from('../golden/verdict-table.txt'))
  }, 300_000)

  test('is 0 for a stack only in a state that stands; a state that we do not know is unknown, never success', async () => {
    const rows: string[] = []
    for (const stackStatus of stackStatuses)
      rows.push(`${stackStatus.padEnd(46)}${cell(await verdictOf({ instance: { stackStatus } }))}`)
    const head = [
      'What a deploy says when its operation SUCCEEDED and the stack of the CURRENT instance in us-east-1 is',
      '',
    ]
    await expect(`${[...head, ...rows].join('\n')}\n`).toMatchFileSnapshot(from('../golden/verdict-stacks.txt'))
    const good = rows.filter((row) => /  0  /.test(row)).map((row) => row.split(' ')[0])
    expect(good).toEqual([
      'CREATE_COMPLETE',
      'UPDATE_COMPLETE',
      'UPDATE_ROLLBACK_COMPLETE',
      'IMPORT_COMPLETE',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    ])
  }, 300_000)

  test.each([
    ['good', {}],
    ['failed', { operation: { status: 'FAILED', ended: true, failed: 1 } }],
    ['unknown', { operation: { status: 'PAUSED', ended: true, failed: 0 } }],
  ] satisfies [string, Bend][])(
    'is the same on screen, in NDJSON, in the record and in the exit code: %s',
    async (what, bent) => {
      const report = await verdictOf(bent)
      const exit = { good: 0, failed: 4, unknown: 7 }[what]
      expect(report.exit).toBe(exit)
      const event = { at: 0, kind: 'run-finished', report } as const
      const lines: string[] = []
      ndjson((line) => lines.push(line))(event)
      const { path, listen } = runRecord('verdict')
      listen(event)
      const [line = '', kept = ''] = [lines.at(-1), readFileSync(path, 'utf8').trim().split('\n').at(-1)]
      for (const text of [line, kept])
        expect(JSON.parse(text)).toMatchObject({ report: { exit, verdict: report.verdict } })
      const screen = reportText(report, paint(false), 200)
      expect(screen).toContain(report.verdict)
      expect(screen.includes('✔')).toBe(exit === 0)
      if (exit !== 0) expect(screen).toContain(`exit ${exit}`)
    },
  )
})

describe('the exit code of several stages', () => {
  const outcome = (of: Partial<Outcome>): Outcome => ({
    name: 's',
    seconds: 0,
    outcome: 'succeeded',
    message: '',
    causes: [],
    ...of,
  })
  const failed = outcome({ outcome: 'failed' })
  const unknown = outcome({ outcome: 'failed', error: new DrError('TimedOut', 7, 'm', 'h') })
  const left = outcome({ outcome: 'failed', error: new DrError('CredentialsExpired', 5, 'm', 'h') })
  const skipped = outcome({ outcome: 'skipped' })
  test.each([
    ['all good', [outcome({}), outcome({ outcome: 'unchanged' })], 0],
    ['nothing to do', [], 0],
    ['one failed', [outcome({}), failed, skipped], 4],
    ['one unknown', [outcome({}), unknown, skipped], 7],
    ['one unknown, one failed: failed', [unknown, failed], 4],
    ['one failed, one unknown: failed', [failed, unknown], 4],
    ['left midway, one failed: left', [failed, left], 5],
    ['interrupted', [failed, outcome({ outcome: 'interrupted' })], 5],
    ['one skipped, none failed: not deployed', [outcome({}), skipped], 4],
  ])('%s', (_what, outcomes, exit) => {
    expect(exitOf(outcomes, true, 4)).toBe(exit)
  })

  test('is never 0 when the end was not seen to be good: failed, or unknown where only words are', () => {
    expect(exitOf([outcome({})], false, 4)).toBe(4)
    expect(exitOf([outcome({})], false, 4, true)).toBe(7)
    expect(exitOf([failed], false, 4, true)).toBe(4)
  })
})
