// Puts the packaged templates and functions into the artifact bucket of every region, before anything refers to them.
import type { Region } from '../../core/model.ts'
import type { Artifact } from '../../templates/package.ts'
import { type Action, type Context, succeeded, unchanged } from './action.ts'

/** Keys are content hashes, so what is there already is right and is left alone. */
export async function* upload(context: Context, artifacts: Artifact[], buckets: Record<Region, string>): Action {
  const { aws, signal } = context
  let uploaded = 0
  for (const [region, bucket] of Object.entries(buckets)) {
    const objects = aws.objects(region)
    const there = await Promise.all(artifacts.map((it) => objects.exists(bucket, it.key)))
    for (const [at, { key, bytes, contentType }] of artifacts.entries()) {
      if (there[at]) continue
      signal.throwIfAborted()
      if (uploaded === 0) await context.hold()
      await context.keep()
      await objects.put(bucket, key, bytes, contentType)
      uploaded++
      yield { kind: 'progress', stage: 'upload', region, done: at + 1, total: artifacts.length, busy: [] }
    }
  }
  return uploaded > 0 ? succeeded(`${uploaded} objects`) : unchanged('all there')
}
