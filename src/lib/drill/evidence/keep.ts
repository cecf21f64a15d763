// Keeps the evidence of a drill: in a folder of this machine and, beside its journal, in the artifact bucket.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DrillRecord } from '../record.ts'
import { evidencePack } from './pack.ts'
import type { DrillReport } from './report.ts'

/** The folder of a drill's evidence: when, what, how; short, so that its path fits a line. */
export const evidenceFolder = ({ id, scenario, mode }: Pick<DrillReport, 'id' | 'scenario' | 'mode'>): string =>
  join('dr-evidence', [id.replace(/^d-/, ''), scenario, mode].filter(Boolean).join('-'))

/**
 * Writes every file of the pack to both places.
 * @returns the files on this machine that people open first, and what could not be written where
 */
export async function keepEvidence(
  record: DrillRecord,
  report: DrillReport,
): Promise<{ files: string[]; trouble: string[] }> {
  const folder = evidenceFolder(report)
  const pack = Object.entries(evidencePack(report, record.lines))
  const trouble: string[] = []
  try {
    for (const [name, text] of pack) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  } catch (error) {
    trouble.push(`${folder} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
  }
  // The manifest last: where it names the report, all of it is there.
  const send = (files: typeof pack) => Promise.allSettled(files.map(([name, text]) => record.put(name, text)))
  const sent = [...(await send(pack.slice(0, -1))), ...(await send(pack.slice(-1)))]
  const lost = sent.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []))
  if (lost.length > 0) {
    const why = lost[0] instanceof Error ? lost[0].message : 'unknown reason'
    const count = `${lost.length} of ${pack.length} files`
    trouble.push(`${count} of the evidence are not in ${record.place} (${why}): copy them from ${folder}`)
  }
  return { files: ['report.html', 'report.md'].map((name) => join(folder, name)).filter(existsSync), trouble }
}
