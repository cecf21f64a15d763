// Empties buckets before their stacks go: CloudFormation deletes none that holds a version or a delete marker.
import type { Bucket } from '../../core/model.ts'
import { type Action, type Context, succeeded, unchanged } from './action.ts'

/** Stops replication first, so that nothing arrives while it works; then versions, delete markers, uploads. */
export async function* emptyBuckets(context: Context, stage: string, buckets: Bucket[]): Action {
  const { aws, signal } = context
  const present = new Set(buckets.length > 0 ? await aws.objects(context.home).buckets() : [])
  const there = buckets.filter((it) => present.has(it.name))
  for (const { name, region } of there) {
    await context.hold()
    await aws.objects(region).stopReplication(name)
  }
  let emptied = 0
  for (const { name, region } of there) {
    const objects = aws.objects(region)
    for (;;) {
      signal.throwIfAborted()
      const versions = await objects.versions(name)
      if (versions.length === 0) break
      await context.hold()
      await objects.deleteVersions(name, versions)
      emptied += versions.length
      yield { kind: 'progress', stage, region, done: emptied, total: 0, busy: [] }
    }
    await objects.abortUploads(name)
  }
  return emptied > 0 ? succeeded(`${emptied} versions and delete markers removed`) : unchanged('already empty')
}
