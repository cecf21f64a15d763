// S4, S6 and S8 of docs/scenarios.md as a pipe, a CI job and a person with Ctrl-C see them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { emptyFolder, type Ended, start } from './process.ts'

const place = ['--suffix', 'pr123', '--local', '--local-speed', '3000']
let folder: string
let deployed: Ended

beforeAll(async () => {
  folder = emptyFolder()
  deployed = await start(folder, ['deploy', '--json', ...place]).ended
}, 120_000)

const dr = (...args: string[]): Promise<Ended> => start(folder, [...args, ...place]).ended

/** Control characters but for the line's end: colours, cursor moves. */
// oxlint-disable-next-line no-control-regex -- They are what is looked for.
const control = /[\u0000-\u0009\u000b-\u001f\u007f]/

describe('S8: what a pipe gets', () => {
  test('of --json parses line by line, and the last line is the report', () => {
    const lines = deployed.stdout.trimEnd().split('\n')
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind)
    expect([deployed.exit, kinds[0], kinds.at(-1)]).toEqual([0, 'run-started', 'run-finished'])
  })

  test.each([['plan'], ['deploy'], ['status'], ['outputs']])('of %s has no control characters', async (verb) => {
    const { stdout, stderr } = await dr(verb)
    expect(`${stdout}${stderr}`).not.toBe('')
    expect(`${stdout}${stderr}`).not.toMatch(control)
  })
})

describe('S6: a plan', () => {
  test('with --expect-no-changes is 0 where nothing would change, and 9 where something would', async () => {
    expect(await dr('plan', '--expect-no-changes')).toMatchObject({ exit: 0 })
    const changed = await dr('plan', '--expect-no-changes', '--parameter', 'MemorySize=1024')
    expect(changed).toMatchObject({ exit: 9, stdout: expect.stringContaining('MemorySize') as string })
    const fresh = start(folder, ['plan', '--expect-no-changes', '--suffix', 'new', '--local']).ended
    expect(await fresh).toMatchObject({ exit: 9 })
  })

  test('that somebody interrupts leaves everything as it was', async () => {
    const state = (): string => readFileSync(join(folder, '.dr/local/state.json'), 'utf8')
    const substance = (): unknown => {
      const { cloud } = JSON.parse(state()) as { cloud: { stacks: object; stackSets: object; buckets: object } }
      return { stacks: cloud.stacks, stackSets: cloud.stackSets, buckets: cloud.buckets }
    }
    const before = substance()
    const running = start(folder, ['plan', '--parameter', 'MemorySize=1024', ...place])
    running.kill('SIGINT')
    expect((await running.ended).exit).not.toBe(0)
    expect(substance()).toEqual(before)
    expect(await dr('plan', '--expect-no-changes')).toMatchObject({ exit: 0 })
  })
})

test('S8: an unchanged deploy changes nothing, writes its outputs, and says so', async () => {
  const { exit, stdout } = await dr('deploy', '--json')
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { report: { calls: object; files: string[] } }
  expect([exit, report.report.calls]).toMatchObject([0, { mutating: 0 }])
  expect(report.report.files).toContain('cfn-outputs/flat-outputs.json')
  expect(readdirSync(join(folder, 'cfn-outputs'))).toContain('flat-outputs.json')
})
