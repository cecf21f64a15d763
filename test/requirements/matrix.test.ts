// The matrix never claims more than a run has shown.
import { expect, test } from 'vitest'
import { parseCatalogue, type Family } from './catalogue.ts'
import { matrixOf, type Claim, type Line } from './matrix.ts'
import { page, terminalLines, words } from './pages.ts'
import { idsOf, readReport } from './report.ts'

const families = (checks: string, built = true): Family[] =>
  parseCatalogue(
    `X: { title: the family, system: x, rows: [{ id: X-01, kind: M, text: a requirement, checks: ${checks} }] }`,
    () => built,
  )
const claim = (fields: Partial<Claim> = {}): Claim => ({
  id: 'X-01',
  level: 'static',
  outcome: 'passed',
  test: 'X-01 holds',
  ...fields,
})
const deployed = (fields: Partial<Claim> = {}): Claim => claim({ level: 'deployed', target: 'simulator', ...fields })
const lineOf = (checks: string, claims: Claim[], built = true): Line & { problems: string[] } => {
  const matrix = matrixOf(families(checks, built), claims)
  return { ...(matrix.families[0]?.lines[0] as Line), problems: matrix.problems }
}

test('a row whose only test passes is a static pass', () => {
  expect(lineOf('[static]', [claim()])).toMatchObject({ result: 'static pass', problems: [] })
})

test('a failing test never shows as a pass, whatever else passes', () => {
  const runs = [
    lineOf('[static]', [claim(), claim({ outcome: 'failed' })]),
    lineOf('[static, deployed]', [claim(), deployed({ outcome: 'failed' })]),
    lineOf('[static, deployed]', [claim({ outcome: 'failed' }), deployed()]),
    lineOf('[static]', [claim({ outcome: 'failed' })], false),
    lineOf('none, because: it is only background', [claim({ outcome: 'failed' })]),
  ]
  for (const line of runs) {
    expect(line.result).toBe('FAILED')
    expect(line.problems).toContain('X-01: failed: X-01 holds')
  }
})

test('a row of an existing system without a test is never a pass, and the run is not good', () => {
  expect(lineOf('[static]', [])).toMatchObject({ result: 'NO TEST', static: 'NO TEST' })
  expect(lineOf('[static, deployed]', [claim()])).toMatchObject({ result: 'NO TEST', static: 'pass' })
  expect(lineOf('[static, deployed]', [claim()]).problems).toEqual(['X-01: no test claims its deployed check'])
})

test('a row of a system that does not exist is not yet anything', () => {
  expect(lineOf('[static, deployed]', [], false)).toMatchObject({ result: 'not yet (system not built)', problems: [] })
})

test('a deployed pass on the simulator is a simulated pass, on AWS an AWS pass', () => {
  expect(lineOf('[static, deployed]', [claim(), deployed()]).result).toBe('simulated pass')
  expect(lineOf('[static, deployed]', [claim(), deployed({ target: 'aws' })]).result).toBe('AWS pass')
})

test('a deployed pass that does not say what it looked at counts for nothing', () => {
  expect(lineOf('[deployed]', [deployed({ target: undefined })]).result).toBe('not run')
  expect(lineOf('[deployed]', [deployed(), deployed({ target: 'aws' })]).result).toBe('not run')
})

test('a skipped test is not a pass', () => {
  expect(lineOf('[static]', [claim({ outcome: 'skipped' })]).result).toBe('not run')
  expect(lineOf('[static]', [claim(), claim({ outcome: 'skipped' })]).result).toBe('not run')
  expect(lineOf('[static, deployed]', [claim(), deployed({ outcome: 'skipped' })]).result).toBe('static pass')
  expect(lineOf('[static, deployed]', [claim({ outcome: 'skipped' }), deployed()]).result).toBe('not run')
})

test('what only AWS can show stays open beside a pass', () => {
  const line = lineOf('[static, aws], because: only a drill shows it', [claim()])
  expect(words(line)).toBe('static pass · needs AWS (not run): only a drill shows it')
  expect(lineOf('[aws], because: only a drill shows it', []).result).toBe('needs AWS (not run)')
})

test('a row without a check prints its reason, and a test that claims it is reported', () => {
  const none = 'none, because: it is only background'
  expect(words(lineOf(none, []))).toBe('no check, because: it is only background')
  expect(lineOf(none, [claim()]).problems).toEqual([expect.stringContaining('the catalogue has no static check')])
})

test('a test that claims an unknown requirement is reported', () => {
  expect(lineOf('[static]', [claim(), claim({ id: 'X-99' })]).problems).toEqual([
    'X-99: not in the catalogue ("X-01 holds")',
  ])
})

test('the totals count every row exactly once', () => {
  const matrix = matrixOf(families('[static]'), [claim()])
  expect(terminalLines(matrix)).toContain('X       1 static pass')
  expect(page(matrix)).toContain('| X · the family | 1 | 1 | 0 |')
})

test('the totals say how many passes need AWS as well', () => {
  const matrix = matrixOf(families('[static, aws], because: only a drill shows it'), [claim()])
  expect(terminalLines(matrix)).toContain('X       1 static pass (1 need AWS as well)')
  expect(page(matrix)).toContain('| X · the family | 1 | 1 | 1 |')
})

test('only ids at the beginning of a title claim a requirement', () => {
  expect(idsOf('TXN-05 TXN-29 each region has a key')).toEqual(['TXN-05', 'TXN-29'])
  expect(idsOf('replicates as TXN-13 demands')).toEqual([])
})

const file = (name: string, status: string, tests: object[], message = '') => ({
  testResults: [{ name: `/somewhere/test/requirements/${name}`, status, message, assertionResults: tests }],
})

test('a report gives outcome, level by file name, and target of each claim', () => {
  const run = readReport(
    file('x.deployed.test.ts', 'passed', [
      { title: 'X-01 holds', status: 'passed', meta: { target: 'simulator' } },
      { title: 'X-02 holds', status: 'pending', meta: {} },
    ]),
  )
  expect(run.claims).toEqual([
    deployed(),
    deployed({ id: 'X-02', outcome: 'skipped', target: undefined, test: 'X-02 holds' }),
  ])
})

test('a test file that could not start is reported, so its silence is no pass', () => {
  const run = readReport(file('x.static.test.ts', 'failed', [], 'cannot find module\n  at x'))
  expect(run).toEqual({ claims: [], broken: ['test/requirements/x.static.test.ts did not run: cannot find module'] })
})
