// What a destroy will delete, as pure text.
import { bytes, plural, wrap } from '../core/words.ts'
import type { Holdings } from '../observe/inventory.ts'

/** Two lines: what it holds, and what AWS keeps for a while. */
export function holdingsText(it: Holdings, width: number): string {
  const versions = it.buckets.reduce((sum, bucket) => sum + bucket.versions, 0)
  const size = it.buckets.reduce((sum, bucket) => sum + bucket.bytes, 0)
  const holds = [
    `${plural(it.buckets.length, 'bucket')} with ${plural(versions, 'object version')} (${bytes(size)})`,
    ...(it.tables.length > 0 ? [plural(it.tables.length, 'table')] : []),
    plural(it.instances, 'stack instance'),
    plural(it.resources, 'resource'),
    ...(it.secrets.length > 0 ? [`${plural(it.secrets.length, 'secret')} that dr made`] : []),
  ].join(' · ')
  const keeps = [
    ...(it.keys > 0 ? [`keeps    ${plural(it.keys, 'KMS key')} for 7 days (AWS's shortest waiting period)`] : []),
    ...(it.drills > 0 ? [`keeps    the evidence of ${plural(it.drills, 'drill')} in the artifact bucket`] : []),
    ...it.keptSecrets.map((name) => `keeps    the secret ${name}, which dr did not make`),
  ]
  const lines = wrap(holds, width - 12).map((line, at) => `${at === 0 ? 'holds    ' : '         '}${line}`)
  return [...lines, ...keeps].map((line) => `   ${line}`).join('\n')
}
