// The evidence pack: every file of a drill by name, and a manifest that shows any later change to one of them.
import { createHash } from 'node:crypto'
import { type Line, written } from '../journal.ts'
import type { Operation } from '../measure/history.ts'
import { html } from './html.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import type { DrillReport } from './report.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const log = (operations: readonly Operation[]): string =>
  operations.map((operation) => `${JSON.stringify(operation)}\n`).join('')

/**
 * The files of a drill by their names in its folder.
 * `manifest.sha256` has the form that `sha256sum --check` reads.
 */
export function evidencePack(report: DrillReport, journal: readonly Line[]): Record<string, string> {
  const files: Record<string, string> = {
    'report.md': markdown(report),
    'report.html': html(report),
    'report.json': `${JSON.stringify(report, undefined, 2)}\n`,
    'junit.xml': junit(report),
    'journal.jsonl': written(journal),
    ...Object.fromEntries(report.probes.map(({ name, operations }) => [`probes/${name}.jsonl`, log(operations)])),
  }
  const manifest = Object.entries(files).map(([name, text]) => `${sha256(text)}  ${name}\n`)
  return { ...files, 'manifest.sha256': manifest.join('') }
}
