// The rules of the code base, as tests.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const listed = execFileSync(
  'git',
  [
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    'src',
    'cfn',
    'test',
    'scripts',
    'bin',
    'decisions',
    'docs',
  ],
  {
    encoding: 'utf8',
  },
)
const files = [...new Set(listed.trim().split('\n'))].flatMap((path) => {
  try {
    return [{ path, text: readFileSync(path, 'utf8') }]
  } catch {
    return [] // Deleted, not yet committed.
  }
})
type File = (typeof files)[number]
const code = files.filter(({ path }) => /\.(ts|mjs|js)$/.test(path))
const source = code.filter(({ path }) => path.startsWith('src/'))
const product = source.filter(({ path }) => !path.startsWith('src/simulator/'))
const lines = ({ text }: File): number => text.split('\n').length - 1

const holding = (among: File[], what: RegExp): string[] =>
  among.filter(({ text }) => what.test(text)).map(({ path }) => path)
const under =
  (...folders: string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(folder))

describe('files', () => {
  test('most source files are under 100 lines', () => {
    const short = source.filter((file) => lines(file) < 100).length
    expect(short / source.length).toBeGreaterThan(0.5)
  })

  test('no folder is a cupboard', () => {
    // COMMON is a family of requirements.
    expect(
      files
        .map(({ path }) => path)
        .filter(
          (path) =>
            !path.startsWith('test/requirements/') && /(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.ts$)/.test(path),
        ),
    ).toEqual([])
  })

  test('every source file begins by saying what it is', () => {
    const silent = source.filter(({ path, text }) => !path.startsWith('src/commands/') && !text.startsWith('// '))
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  test('nothing is left open', () => {
    // Integration tests are skipped, with the reason in their names, where nothing is deployed.
    const others = files.filter(({ path }) => path !== 'test/tidy.test.ts' && !path.startsWith('test/integration/'))
    expect(holding(others, /\b(TODO|FIXME|XXX)\b|\b(it|test|describe)\.(only|skip|todo)\(/)).toEqual([])
  })

  test('nothing names a machine', () => {
    const others = files.filter(({ path }) => path !== 'test/tidy.test.ts')
    expect(holding(others, /\/work\/main|\/root\/|registry\.npmjs\.org/)).toEqual([])
  })
})

describe('English', () => {
  // Folders join this list as they are revised.
  const revised = under(...['confirm', 'advice', 'plan', 'runs'].map((name) => `src/lib/${name}/`))
  const pages = new Set(['docs/first-day.md', 'docs/at-3am.md'])

  test('names no nobody and no somebody, mends nothing and lets go of nothing', () => {
    const read = files.filter(({ path }) => pages.has(path) || revised(path))
    expect(read.length).toBeGreaterThan(50)
    expect(holding(read, /\b(nobody|somebody|mends|mended|lets? go of)\b/i)).toEqual([])
  })
})

describe('the door of the simulator', () => {
  test('is imported once in the product, on use, where a session is opened', () => {
    const imports = product.flatMap(({ path, text }) =>
      [...text.matchAll(/\S+ ?\(?['"](?:\.\.\/)+simulator\/[^'"]*/g)].map(([it]) => `${path}: ${it}`),
    )
    expect(imports).toEqual(["src/lib/load/session.ts: import('../../simulator/index.ts"])
  })

  test('is the only module of the simulator that scripts and the connection to AWS know', () => {
    const deep = /['"](?:\.\.?\/)+(?:src\/)?simulator\/(?!index\.ts)/
    const others = code.filter(({ path }) => under('src/lib/', 'src/commands/', 'scripts/', 'bin/')(path))
    expect(holding(others, deep)).toEqual([])
  })
})

describe('effects', () => {
  test('only the clock touches timers', () => {
    const others = source.filter(({ path }) => path !== 'src/lib/core/clock.ts')
    expect(holding(others, /\b(setTimeout|setInterval|setImmediate)\(/)).toEqual([])
  })

  test('time is read from a clock', () => {
    const others = source.filter(({ path }) => !/^src\/(lib\/core\/clock|simulator\/(local|lock))\.ts$/.test(path))
    expect(holding(others, /Date\.now\(\)|new Date\(\)/)).toEqual([])
  })

  test('only commands own signals and exit codes', () => {
    const others = source.filter(
      ({ path }) => !under('src/commands/', 'src/lib/cli/command.ts', 'src/lib/cli/signals.ts')(path),
    )
    expect(holding(others, /process\.(exit\(|exitCode|on\()/)).toEqual([])
  })

  test('nothing prints past the views', () => {
    expect(holding(source, /\bconsole\./)).toEqual([])
    const others = source.filter(({ path }) => !under('src/commands/', 'src/lib/cli/command.ts')(path))
    expect(holding(others, /process\.(stdout|stderr)/)).toEqual([])
  })

  test('no test replaces a module, a method or a global: the files after it share its process', () => {
    expect(
      holding(
        code.filter(({ path }) => path.startsWith('test/')),
        /\bvi\.(mock|doMock|spyOn|stubGlobal)\(/,
      ),
    ).toEqual([])
  })

  test('a test neither sleeps nor measures time', () => {
    const tests = code.filter(({ path }) => path.endsWith('.test.ts') && path !== 'test/tidy.test.ts')
    expect(holding(tests, /\bsetTimeout\(|performance\.now\(|toBeLessThan\w*\([^)]*[mM]s\b/)).toEqual([])
  })
})
