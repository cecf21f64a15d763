// The layers of ARCHITECTURE.md, as the linter enforces them: what the table forbids goes red, what it allows does not.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

interface Layer {
  folder: string
  values: string[]
  types: string[]
}

const listed = (cell = ''): string[] => cell.split(',').flatMap((name) => /[a-z]+/.exec(name) ?? [])

/** Rows such as "| `plan` | core, templates | aws, observe |". */
const layers: Layer[] = readFileSync('ARCHITECTURE.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, folder, values, types] = /^\| `([a-z]+)` \| ([^|]*) \| ([^|]*) \|$/.exec(line) ?? []
    return folder === undefined ? [] : [{ folder, values: listed(values), types: listed(types) }]
  })
const folders = layers.map(({ folder }) => folder)
const place = (folder: string): string => (['simulator', 'commands'].includes(folder) ? folder : `lib/${folder}`)

/** The ways to import something, by name; each in a file of its own, two folders deep. */
const ways = {
  'on several lines': (from: string) => `import {\n  one,\n  two,\n} from '${from}'\nexport const both = [one, two]\n`,
  'on use': (from: string) => `export const load = async (): Promise<unknown> => import('${from}')\n`,
  again: (from: string) => `export { one } from '${from}'\n`,
  'as a type': (from: string) => `import type {\n  One,\n} from '${from}'\nexport type Both = [One, One]\n`,
}
type Way = keyof typeof ways
const values: Way[] = ['on several lines', 'on use', 'again']

interface Trial {
  folder: string
  from: string
  way: Way
}
const named = ({ folder, from, way }: Trial): string => `${folder} imports ${from} ${way}`

/** The trials of which the linter, as it is configured here, reports an error. */
function refused(trials: Trial[]): string[] {
  const root = mkdtempSync(join(tmpdir(), 'layers-'))
  cpSync('.oxlintrc.json', join(root, '.oxlintrc.json'))
  const files = new Map(
    trials.map((trial, index) => [join('src', place(trial.folder), 'inner', `trial${index}.ts`), trial]),
  )
  for (const [file, { from, way }] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), ways[way](from))
  }
  const oxlint = join(process.cwd(), 'node_modules/.bin/oxlint')
  const { stdout } = spawnSync(oxlint, ['--format', 'json', 'src'], { cwd: root, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] }
  const red = diagnostics.filter(({ code }) => code === 'eslint(no-restricted-imports)')
  return [...new Set(red.map(({ filename }) => files.get(filename)).flatMap((it) => (it ? [named(it)] : [])))].sort()
}

/** How a file in `inner/` of one folder reaches a file of another. */
function relative(folder: string, other: string): string {
  const up = place(folder).startsWith('lib/') && place(other).startsWith('lib/') ? '../../' : '../'
  const top = place(folder).startsWith('lib/') ? '../../../' : '../../'
  return up === '../../' ? `../../${other}/thing.ts` : `${top}${place(other)}/thing.ts`
}

const trialsOf = (pick: (layer: Layer, other: string) => Way[]): Trial[] =>
  layers.flatMap((layer) =>
    folders
      .filter((other) => other !== layer.folder)
      .flatMap((other) =>
        pick(layer, other).map((way) => ({ folder: layer.folder, from: relative(layer.folder, other), way })),
      ),
  )

describe('layers', () => {
  const forbidden = trialsOf(({ values: may, types }, other) =>
    may.includes(other) ? [] : types.includes(other) ? values : [...values, 'as a type'],
  )
  const allowed = trialsOf(({ values: may, types }, other) =>
    may.includes(other) ? [...values, 'as a type'] : types.includes(other) ? ['as a type'] : [],
  )
  let red: string[]
  beforeAll(() => {
    red = refused([...forbidden, ...allowed])
  })

  test('the table names every folder of src', () => {
    const of = (path: string): string[] =>
      readdirSync(path, { withFileTypes: true }).flatMap((it) => (it.isDirectory() ? [it.name] : []))
    const there = [...of('src').filter((name) => name !== 'lib'), ...of('src/lib')]
    expect(folders.toSorted()).toEqual(there.sort())
  })

  test('no file lies loose in src or src/lib', () => {
    const loose = ['src', 'src/lib'].flatMap((path) =>
      readdirSync(path, { withFileTypes: true }).flatMap((it) => (it.isFile() ? [`${path}/${it.name}`] : [])),
    )
    expect(loose).toEqual([])
  })

  test('a folder imports only folders above it in the table, so there is no circle', () => {
    const uphill = layers.flatMap(({ folder, values: may, types }, index) =>
      [...may, ...types].filter((other) => !folders.slice(0, index).includes(other)).map((it) => `${folder} → ${it}`),
    )
    expect(uphill).toEqual([])
  })

  test('the linter rejects every import that the table forbids, however it is written', () => {
    expect(forbidden.length).toBeGreaterThan(500)
    expect(forbidden.map(named).filter((it) => !red.includes(it))).toEqual([])
  })

  test('the linter accepts every import that the table allows', () => {
    expect(allowed.map(named).filter((it) => red.includes(it))).toEqual([])
  })

  test('the linter rejects the AWS SDK outside of the adapters and the simulator', () => {
    const sdk = folders.flatMap((folder) =>
      values.map((way) => ({ folder, from: '@aws-sdk/client-s3', way }) satisfies Trial),
    )
    const others = sdk.filter(({ folder }) => folder !== 'aws' && folder !== 'simulator')
    expect(refused(sdk)).toEqual(others.map(named).sort())
  })

  test('the linter rejects I/O in planners, rules, consent, advice and views', () => {
    const pure = ['plan', 'rules', 'views', 'advice', 'confirm']
    const trials = pure.flatMap((folder) =>
      ['node:fs', 'node:fs/promises', 'node:child_process', 'node:net', 'node:https'].flatMap((from) =>
        values.map((way) => ({ folder, from, way }) satisfies Trial),
      ),
    )
    expect(refused(trials)).toEqual(trials.map(named).sort())
  })

  test('the linter rejects everything but oclif and src/lib in a command', () => {
    const from = ['node:fs', '@aws-sdk/client-s3', 'chalk', '../../../scripts/x.ts']
    const trials = from.flatMap((it) => values.map((way): Trial => ({ folder: 'commands', from: it, way })))
    expect(refused(trials)).toEqual(trials.map(named).sort())
    expect(refused(values.map((way) => ({ folder: 'commands', from: '@oclif/core', way })))).toEqual([])
  })
})
