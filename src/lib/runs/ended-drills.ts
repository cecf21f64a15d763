// Drills that are over: those with everything restored, and those that end with their environment, records and outputs.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isRestored } from '../drill/conclude.ts'
import { evidenceFolder } from '../drill/evidence/keep.ts'
import type { DrillReport } from '../drill/evidence/report.ts'
import { standing } from '../drill/next.ts'
import { type Archive, DrillRecord, drillPrefix, recorded } from '../drill/record.ts'
import { stepsOf } from '../drill/run.ts'
import { removeRecords } from '../load/environment.ts'
import { DrError } from '../core/errors.ts'
import { removeOutputs } from '../report/outputs.ts'
import type { Run } from '../core/run.ts'
import type { TargetSession } from '../load/session.ts'

/** Where drills of an environment are kept. */
export const archiveOf = ({ aws, home, buckets }: TargetSession): Archive => ({
  objects: aws.objects(home),
  bucket: buckets[home] ?? '',
})

/** A journal that only grows, wherever it is kept. */
export const recordOf = (
  run: Run,
  session: TargetSession,
  { plan, lines }: Pick<DrillRecord, 'plan' | 'lines'>,
): DrillRecord =>
  new DrillRecord(plan, lines, {
    archive: archiveOf(session),
    now: () => run.clock.now(),
    trouble: (message) => run.tell({ kind: 'notice', message }),
  })

/** Whether a drill has nothing left to do, nor anything to restore. */
export function isEnded(record: DrillRecord): boolean {
  const now = standing(stepsOf(record.plan), record.lines)
  return now.closed !== undefined || (now.next === undefined && isRestored({ record }, now))
}

/**
 * Refuses to go on with a drill that has ended.
 * @throws DrError exit 2 where its environment was destroyed, or its report says that everything is restored
 */
export async function refuseEnded({ aws, home, buckets }: TargetSession, record: DrillRecord): Promise<void> {
  const { plan, lines, place } = record
  const { closed } = standing(stepsOf(plan), lines)
  const where = [evidenceFolder(plan)].filter(existsSync).join() || place
  const ended = (how: string, hint: string): DrError =>
    new DrError('DrillEnded', 2, `drill ${plan.id} ${how}; nothing was changed`, hint)
  if (closed !== undefined) throw ended(`has ended: ${closed}`, `what it left is in ${where}`)
  if (!isEnded(record)) return
  // A run that died after its last line has left no report, one from before everything was restored, or half the evidence.
  const { system, suffix, id } = plan
  const [report = '', manifest = ''] = await Promise.all(
    ['report.json', 'manifest.sha256'].map(async (name) => {
      const kept = await aws.objects(home).get(buckets[home] ?? '', `${drillPrefix(system, suffix, id)}${name}`)
      return kept?.text ?? ''
    }),
  )
  const isKept = manifest.includes(`${createHash('sha256').update(report).digest('hex')}  report.json\n`)
  if (isKept && (JSON.parse(report) as DrillReport).restored)
    throw ended('has ended with everything restored', `read its report in ${where}`)
}

/**
 * Forgets an environment that is gone. Its drills end first: an environment of the same name would be held by them, and
 * a run that dies here is gone on with as long as the records are there.
 */
export async function forgotten(run: Run, session: TargetSession): Promise<void> {
  const { aws, buckets, target } = session
  await endDrills(run, session)
  await removeRecords(aws, buckets, target)
  removeOutputs(target)
}

async function endDrills(run: Run, session: TargetSession): Promise<void> {
  const { home, buckets, target, aws } = session
  const bucket = buckets[home]
  if (bucket === undefined) return
  const place = { system: target.system.name, suffix: target.suffix }
  const prefix = drillPrefix(place.system, place.suffix)
  const name = '/journal.jsonl'
  const keys = (await aws.objects(home).keys(bucket, prefix)).filter((key) => key.endsWith(name))
  for (const id of keys.map((key) => key.slice(prefix.length, -name.length))) {
    try {
      const record = recordOf(run, session, await recorded(id, place, archiveOf(session)))
      if (!isEnded(record)) await record.close('the environment was destroyed')
    } catch (error) {
      // A record that was changed meanwhile is not written to: the next reader gets the same error.
      if (!(error instanceof DrError)) throw error
      run.tell({ kind: 'notice', message: `drill ${id} could not be ended: ${error.message}` })
    }
  }
}
