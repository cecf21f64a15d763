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
  const send = (files: typeof pack) => Promise.allSettled(files.map(([name, text]) => record.put(name, text)))
  const isSent = ({ status }: { status: string }): boolean => status === 'fulfilled'
  const first = await send(pack.slice(0, -1))
  // The manifest last, and only then: where it is, all that it names is there.
  const sent = first.every(isSent) ? [...first, ...(await send(pack.slice(-1)))] : first
  const lost = pack.length - sent.filter(isSent).length
  if (lost > 0) {
    const reason: unknown = sent.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []))[0]
    const why = reason instanceof Error ? reason.message : 'unknown reason'
    trouble.push(
      `${lost} of ${pack.length} files of the evidence are not in ${record.place} (${why}): copy them from ${folder}`,
    )
  }
  return { files: ['report.html', 'report.md'].map((name) => join(folder, name)).filter(existsSync), trouble }
}
