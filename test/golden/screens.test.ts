// Every screen that a person sees, from real runs on the simulator in virtual time. `npx vitest run -u` rewrites them;
// the diff is the review.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Event, Report } from '../../src/lib/core/events.ts'
import { Interrupted } from '../../src/lib/execute/operate.ts'
import { masked } from '../../src/lib/core/names.ts'
import { shown } from '../../src/lib/plan/plan.ts'
import { regionsOf } from '../../src/lib/load/environment.ts'
import type { TargetSession } from '../../src/lib/load/session.ts'
import { bootstrap } from '../../src/lib/runs/bootstrap.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { environments, status } from '../../src/lib/runs/status.ts'
import { boardText, emptyBoard, follow } from '../../src/lib/views/board.ts'
import { errorText } from '../../src/lib/views/error.ts'
import { head } from '../../src/lib/views/head.ts'
import { holdingsText } from '../../src/lib/views/holdings.ts'
import { lines } from '../../src/lib/views/lines.ts'
import { ndjson } from '../../src/lib/views/ndjson.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { planText } from '../../src/lib/views/plan.ts'
import { reportText } from '../../src/lib/views/report.ts'
import { environmentsText, statusText } from '../../src/lib/views/status.ts'
import { account } from '../cloud.ts'
import type { Holdings } from '../../src/lib/observe/inventory.ts'

const width = 80
const plain = paint(false)
const hint = 'Ctrl-C leaves AWS working, the same command resumes'
const here = resolve('test/golden')

/** Ids that follow from the templates' content change with them; a screen is not about them. */
const steady = (text: string): string => text.replace(/dr-[0-9a-f]{12}-/g, 'dr-∙∙∙∙∙∙∙∙∙∙∙∙-').replace(/ +$/gm, '')

const golden = (name: string, text: string): Promise<void> =>
  expect(`${steady(text)}\n`).toMatchFileSnapshot(join(here, `${name}.txt`))

const heading = (verb: string, { target, aws, simulated }: TargetSession): string => {
  const { system, suffix } = target
  const it = { verb, system: system.name, suffix, account: masked(aws.account), regions: regionsOf(target), simulated }
  return head(it, plain, width)
}

/** The live screen after the first event that `when` holds for. */
function boardAt(events: Event[], when: (event: Event) => boolean): string {
  const board = emptyBoard()
  for (const event of events) {
    follow(board, event)
    if (when(event)) return boardText(board, event.at, '⠸', hint, plain, width)
  }
  throw new Error('that never happened')
}

const wholeBoard = (events: Event[]): string => {
  const board = emptyBoard()
  for (const event of events) follow(board, event)
  return boardText(board, 0, '⠸', '', plain, width)
}

const inLines = (events: Event[]): string => {
  const written: string[] = []
  const listen = lines((line) => written.push(line))
  for (const event of events) listen(event)
  return written.join('\n')
}

const started = (session: TargetSession): Extract<Event, { kind: 'run-started' }> => ({
  at: 0,
  kind: 'run-started',
  verb: 'deploy',
  version: '0.0.0',
  system: session.target.system.name,
  suffix: session.target.suffix,
  account: masked(session.aws.account),
  regions: regionsOf(session.target),
  simulated: session.simulated,
})

interface Ran {
  session: TargetSession
  report: Report
  events: Event[]
}

beforeAll(() => process.chdir(mkdtempSync(join(tmpdir(), 'dr-golden-'))))

describe('an environment from its first plan to its end', () => {
  const it = account()
  const run = async (verb: 'deploy' | 'destroy', work: (run: ReturnType<typeof it.run>, session: TargetSession) => Promise<Report>): Promise<Ran> => {
    const session = await it.target()
    const its = it.run(verb)
    const at = it.simulator.clock.now()
    const report = await work(its, session)
    return { session, report, events: [{ ...started(session), verb, at }, ...its.events] }
  }

  test('bootstrap', async () => {
    const session = await it.target()
    const its = it.run('bootstrap')
    const report = await bootstrap(its, session, { remove: false })
    await golden('bootstrap', [heading('bootstrap', session), wholeBoard(its.events), '', reportText(report, plain, width)].join('\n'))
  })

  test('plan of a first deploy', async () => {
    const session = await it.target()
    const { plan, usualSeconds, differences, unchecked } = await planned(session, { schema: false })
    await golden('plan-first', [heading('plan', session), '', planText({ stages: shown(plan), usualSeconds, differences, unchecked }, plain, width)].join('\n'))
  })

  test('a first deploy: live, at its end, and in lines', async () => {
    const { session, report, events } = await run('deploy', deploy)
    const table = boardAt(events, (event) => event.kind === 'progress' && event.busy.some(({ path, since }) => path.at(-1) === 'Table' && event.at - since > 60_000))
    await golden('deploy-live', `${heading('deploy', session)}\n${table}`)
    await golden('deploy-done', [heading('deploy', session), wholeBoard(events), '', reportText(report, plain, width)].join('\n'))
    await golden('deploy-lines', inLines(events))
    const written: string[] = []
    const listen = ndjson((line) => written.push(line))
    for (const event of [...events.slice(0, 12), { at: 0, kind: 'run-finished', report } as Event]) listen(event)
    await golden('deploy-ndjson', written.join('\n'))
  })

  test('a deploy with nothing to do', async () => {
    const { report } = await run('deploy', deploy)
    await golden('deploy-up-to-date', reportText(report, plain, width))
  })

  test('plan of a change', async () => {
    const session = await it.target({ parameter: ['MemorySize=1024'] })
    const { plan, usualSeconds, differences, unchecked } = await planned(session, { schema: false })
    await golden('plan-change', [heading('plan', session), '', planText({ stages: shown(plan), usualSeconds, differences, unchecked }, plain, width)].join('\n'))
  })

  test('status of one and of all', async () => {
    const session = await it.target()
    await golden('status', [heading('status', session), '', statusText(await status(session), plain, width)].join('\n'))
    await golden('status-list', environmentsText(await environments(await it.open()), plain))
  })

  test('a destroy', async () => {
    let holdings: Holdings | undefined
    const { session, report, events } = await run('destroy', (its, target) =>
      destroy(its, target, { yes: true, show: (seen) => (holdings = seen) }),
    )
    const shown = holdings && holdingsText(holdings, width)
    await golden('destroy', [heading('destroy', session), '', shown, '', wholeBoard(events), '', reportText(report, plain, width)].join('\n'))
  })

  test('status of nothing', async () => {
    const session = await it.target()
    await golden('status-nothing', statusText(await status(session), plain, width))
    await golden('status-list-empty', environmentsText(await environments(await it.open()), plain))
  })
})

describe('a deploy that fails', () => {
  const reason = 'Role with name documents-replication-pr123 already exists.'
  const it = account({ faults: [{ kind: 'resource-fails', stage: 'data', region: 'us-east-1', logicalId: 'ReplicationRole', reason, times: 1 }] })

  test('names cause, place, state and the next command', async () => {
    const session = await it.target()
    const its = it.run('deploy')
    const report = await deploy(its, session)
    const files = ['.dr/runs/2026-01-01T00-00-00Z.jsonl']
    await golden('deploy-failed', [heading('deploy', session), wholeBoard(its.events), '', reportText({ ...report, files }, plain, width)].join('\n'))
    await golden('status-incomplete', statusText(await status(await it.target()), plain, width))
  })
})

test('a deploy that is left', async () => {
  const it = account()
  const session = await it.target()
  const controller = new AbortController()
  const its = it.run('deploy', { signal: controller.signal })
  const tell = its.tell
  its.tell = (event) => {
    tell(event)
    if (event.kind === 'operation-started' && event.stage === 'data') controller.abort(new Interrupted('left on request; AWS goes on with what was begun'))
  }
  const report = await deploy(its, session)
  await golden('deploy-left', [wholeBoard(its.events), '', reportText(report, plain, width)].join('\n'))
})

test('an error that ends a command', async () => {
  const message = 'somebody on laptop has been running dr deploy on this environment since 2026-11-20T23:41:07.000Z (last sign of life 4 s ago); nothing was changed'
  await golden('error', errorText(message, 'try again when it has ended', 3, plain, width))
})
