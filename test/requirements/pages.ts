// The matrix as text: a short table for the terminal, a page for docs/requirements.md.
import type { Family } from './catalogue.ts'
import type { Line, Matrix, Result } from './matrix.ts'

const order: Result[] = [
  'static pass',
  'simulated pass',
  'AWS pass',
  'needs AWS (not run)',
  'no check, because',
  'not yet (system not built)',
  'not run',
  'NO TEST',
  'FAILED',
]

/** Whether a row passes here while something of it can only be seen on AWS. */
const isOpen = ({ row, result }: Line): boolean => row.checks.includes('aws') && result.endsWith(' pass')

/** What a reader should know of a row: the reason for no check, or what remains to be seen on AWS. */
export function words(line: Line): string {
  const { row, result } = line
  if (isOpen(line)) return `${result} · needs AWS (not run): ${row.because}`
  if (result === 'no check, because' || result === 'needs AWS (not run)') return `${result}: ${row.because}`
  return result
}

interface Total {
  family: Family
  /** Rows by result, in the order of `results`. */
  counts: number[]
  /** Passes of which a part needs AWS. */
  open: number
}

/** How many rows of each family have which result; results nobody has are left out. */
export function totals(matrix: Matrix): { results: Result[]; rows: Total[] } {
  const all = new Set(matrix.families.flatMap(({ lines }) => lines.map(({ result }) => result)))
  const results = order.filter((result) => all.has(result))
  return {
    results,
    rows: matrix.families.map(({ family, lines }) => ({
      family,
      counts: results.map((result) => lines.filter((line) => line.result === result).length),
      open: lines.filter(isOpen).length,
    })),
  }
}

/** `8 static pass · 55 simulated pass (5 need AWS as well)`. */
function sum(results: Result[], { counts, open }: Total): string {
  const parts = results.flatMap((result, index) => (counts[index] ? [`${counts[index]} ${short(result)}`] : []))
  return `${parts.join(' · ')}${open > 0 ? ` (${open} need AWS as well)` : ''}`
}

const short = (result: Result): string => result.replace(', because', '')

/** The lines for a terminal: one per requirement, the totals, then the problems. */
export function terminalLines(matrix: Matrix): string[] {
  const { results, rows } = totals(matrix)
  return [
    ...matrix.families.flatMap(({ family, lines }) => [
      `${family.prefix} · ${family.title}`,
      ...lines.map((line) => `  ${line.row.id.padEnd(10)} ${words(line)}`),
      '',
    ]),
    ...rows.map((total) => `${total.family.prefix.padEnd(7)} ${sum(results, total)}`),
    ...(matrix.problems.length > 0 ? ['', `problems: ${matrix.problems.length}`] : []),
    ...matrix.problems.map((problem) => `  ${problem}`),
  ]
}

const cells = (values: string[]): string => `| ${values.map((value) => value.replaceAll('|', '\\|')).join(' | ')} |`

/** The page docs/requirements.md. */
export function page(matrix: Matrix): string {
  const { results, rows } = totals(matrix)
  const header = ['', ...results.map(short), 'all', 'of the passes, need AWS as well']
  return [
    '# Requirements',
    '',
    'Made by `npm run requirements` from a run of the tests in `test/requirements`; do not edit.',
    'The rows are those of `test/requirements/catalogue.yaml`.',
    '',
    '- **static pass**: holds on the resolved templates of every role.',
    '- **simulated pass**: holds there, and on what a deploy made in the built-in simulator. It was not seen on AWS.',
    '- **needs AWS (not run)**: only a real account can show it, and no run on one is behind this page.',
    '- **no check, because**: nothing is checked, for the reason given.',
    '- **not yet (system not built)**: the system does not exist here, so nothing is known.',
    '',
    cells(header),
    cells(header.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(({ family, counts, open }) =>
      cells([`${family.prefix} · ${family.title}`, ...[...counts, family.rows.length, open].map(String)]),
    ),
    '',
    ...matrix.families.flatMap(({ family, lines }) => [
      `## ${family.prefix} · ${family.title}`,
      '',
      cells(['id', 'kind', 'requirement', 'static', 'deployed', 'result']),
      cells(['---', '---', '---', '---', '---', '---']),
      ...lines.map((line) => {
        const seen = line.result === 'not yet (system not built)' ? ['–', '–'] : [line.static, line.deployed]
        return cells([line.row.id, line.row.kind, line.row.text, ...seen, words(line)])
      }),
      '',
    ]),
    'Kinds: M mandatory · C constraint · O optional · V validation · B background.',
    ...(matrix.problems.length > 0 ? ['', '## Problems', '', ...matrix.problems.map((problem) => `- ${problem}`)] : []),
    '',
  ].join('\n')
}
