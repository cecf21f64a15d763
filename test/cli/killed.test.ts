import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { localSimulator } from '../../src/simulator/index.ts'
import { type Cloud, account as simulatedAccount } from '../../src/simulator/state.ts'
import { emptyFolder, type Ended, objects, run, start } from './process.ts'

const at = (speed: number): string[] => ['--local', '--local-speed', String(speed)]
/** What is under way when a process is killed still is when the next one looks: it takes a hundred times as long. */
const slowly = (speed: number): string[] => [...at(speed), '--local-faults', 'faults.yaml']
const slow = '- { kind: slow, stage: data, factor: 100 }\n- { kind: slow, stage: app, action: delete, factor: 100 }\n'
/** Fast to the end, however long that is in simulated time. */
const toTheEnd = ['--timeout', '100000', ...at(5000)]

/** What the next process finds: the saved state and the calls since. */
const cloudIn = (folder: string): Cloud => localSimulator({ folder: join(folder, '.dr/local') }).inspect()

/** Operations of every stack set, as `data CREATE us-west-2 SUCCEEDED`. */
const operationsIn = (folder: string): string[] =>
  Object.values(cloudIn(folder).stackSets).flatMap(({ name, operations }) =>
    operations.map(
      ({ action, status, results }) =>
        `${name.split('-')[2] ?? ''} ${action} ${results.map(({ region }) => region).join('+')} ${status}`,
    ),
  )

/** Escapes, bells, carriage returns: all that a log should not hold. */
const hasControls = (text: string): boolean => /\p{Cc}/u.test(text.replaceAll('\n', ''))

const clean = ({ stdout, stderr }: Ended): void => {
  expect(hasControls(stdout + stderr)).toBe(false)
  expect(stdout + stderr).not.toContain(simulatedAccount)
  expect(stdout + stderr).not.toMatch(/\[object|\n\s+at \S+ \(/)
}

describe('a life on the simulator, with kills', () => {
  const folder = emptyFolder()
  let second: Ended

  beforeAll(async () => {
    writeFileSync(join(folder, 'faults.yaml'), slow)
    const first = start(folder, ['deploy', '--suffix', 'pr123', ...slowly(300)])
    await first.line(/data us-west-2 +started/)
    second = await run(folder, ['deploy', '--suffix', 'pr123', ...slowly(300)])
    first.kill('SIGKILL')
    expect((await first.ended).exit).toBeUndefined()
  })

  test('a second run at the same time is refused with 3, saying who works and since when', () => {
    expect(second.exit).toBe(3)
    expect(second.stderr).toMatch(/✖ ada on \S+ has been running dr deploy on this environment since\s+20\d\d-/)
    expect(second.stderr).toContain('nothing was changed')
    expect(second.stderr.trimEnd()).toMatch(/exit 3$/)
    expect(second.stdout).toBe('')
    clean(second)
  })

  test('kill -9 in the middle of a deploy, twice: the same command adopts what runs, doubles nothing, and ends with 0', async () => {
    expect(operationsIn(folder)).toContain('data CREATE us-west-2 RUNNING')
    const adopting = start(folder, ['deploy', '--suffix', 'pr123', ...slowly(50)])
    await adopting.line(/data .*adopted \(/)
    adopting.kill('SIGKILL')
    await adopting.ended

    const again = await run(folder, ['deploy', '--suffix', 'pr123', '--json', ...toTheEnd])
    expect(again).toMatchObject({ exit: 0, stderr: '' })
    const events = objects(again)
    expect(events.every((it) => it['schema'] === 1 && typeof it['kind'] === 'string')).toBe(true)
    expect(events.at(-1)).toMatchObject({
      kind: 'run-finished',
      report: { verb: 'deploy', exit: 0, simulated: true, account: '····0000' },
    })
    expect(operationsIn(folder)).toEqual([
      'foundation CREATE us-east-1+us-west-2 SUCCEEDED',
      'data CREATE us-west-2 SUCCEEDED',
      'data CREATE us-east-1 SUCCEEDED',
      'app CREATE us-east-1+us-west-2 SUCCEEDED',
      'dns CREATE us-east-1+us-west-2 SUCCEEDED',
    ])
    clean(again)
    const outputs = JSON.parse(readFileSync(join(folder, 'cfn-outputs/flat-outputs.json'), 'utf8')) as Record<
      string,
      string
    >
    expect(outputs).toMatchObject({
      Simulated: 'true',
      AccountId: simulatedAccount,
      System: 'transactions',
      EnvironmentSuffix: 'pr123',
    })
  })

  test('destroy without a terminal is refused with 3, and with --json as well', async () => {
    const plain = await run(folder, ['destroy', '--suffix', 'pr123', ...at(50)])
    expect(plain).toMatchObject({ exit: 3 })
    expect(plain.stderr.replace(/\s+/g, ' ')).toContain(
      'a destroy must be confirmed, and there is no terminal to ask on; nothing was changed',
    )
    expect(plain.stderr).toContain('--yes')
    clean(plain)
    const json = await run(folder, ['destroy', '--suffix', 'pr123', '--json', ...at(50)])
    expect(json).toMatchObject({ exit: 3, stderr: '' })
    expect(objects(json).at(-1)).toMatchObject({
      kind: 'run-finished',
      report: { exit: 3, error: { code: 'ConsentNeeded', hint: 'confirm it with --yes' } },
    })
    clean(json)
    expect(operationsIn(folder).filter((it) => it.includes('DELETE'))).toEqual([])
  })

  test('kill -9 in the middle of a destroy, twice: the same command adopts what runs, and nothing is left', async () => {
    const first = start(folder, ['destroy', '--suffix', 'pr123', '--yes', ...slowly(300)])
    await first.line(/app us-east-1,us-west-2 +started/)
    first.kill('SIGKILL')
    await first.ended
    expect(operationsIn(folder)).toContain('app DELETE us-east-1+us-west-2 RUNNING')
    const adopting = start(folder, ['destroy', '--suffix', 'pr123', '--yes', ...slowly(50)])
    await adopting.line(/app .*adopted \(/)
    adopting.kill('SIGKILL')
    await adopting.ended

    const again = await run(folder, ['destroy', '--suffix', 'pr123', '--yes', ...toTheEnd])
    expect(again.exit).toBe(0)
    expect(again.stdout).toMatch(/✔ transactions · pr123: nothing left/)
    clean(again)
    const { stackSets, stacks } = cloudIn(folder)
    expect(Object.values(stackSets).filter(({ status }) => status === 'ACTIVE')).toEqual([])
    const left = Object.values(stacks).filter(({ status }) => status !== 'DELETE_COMPLETE')
    expect(left.map(({ name }) => name)).toEqual(['dr-bootstrap', 'dr-bootstrap', 'dr-rights-transactions'])
    const deletions = Object.values(stackSets).map(
      ({ operations }) => operations.filter(({ action }) => action === 'DELETE').length,
    )
    expect(deletions).toEqual([1, 2, 1, 1])
  })
})

describe('Ctrl-C', () => {
  test('in the middle of a deploy ends with 5 at once and says how to go on', async () => {
    const folder = emptyFolder()
    const first = start(folder, ['deploy', '--suffix', 'pr123', ...at(500)], { NO_COLOR: '1' })
    await first.line(/foundation us-east-1,us-west-2 +started/)
    first.kill('SIGINT')
    const ended = await first.ended
    expect(ended.exit).toBe(5)
    expect(ended.stderr).toMatch(/foundation +interrupted \(left on request; AWS goes on with what was begun\)/)
    expect(ended.stdout).toContain('the same command resumes')
    expect(ended.stdout).toMatch(/next +dr deploy --system transactions --suffix pr123 --local/)
    expect(ended.stdout.trimEnd()).toMatch(/exit 5\b/)
    clean(ended)
    expect(operationsIn(folder)).toEqual([
      expect.stringMatching(/^foundation CREATE us-east-1\+us-west-2 (RUNNING|SUCCEEDED)$/),
    ])
  })
})
