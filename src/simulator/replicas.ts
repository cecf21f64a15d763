// Objects on their way to another region: a replica lies in its bucket from the start, unseen until it has arrived, so
// that what a region holds at a moment, and what would be lost with the other, can be worked out.
import type { Moment } from './answer.ts'
import { goneSince } from './endpoints.ts'
import { existing } from './existing.ts'
import type { Bucket, Cloud, ObjectVersion } from './state.ts'

/** Replicas are behind by so much, ms, unless `state.lag` of the source bucket says otherwise. */
const usualReplicaLag = 4_000

/** How long what is put there takes to arrive elsewhere, ms. */
export const replicaLag = (cloud: Cloud, { name, region }: Bucket): number =>
  Number(existing(cloud, region, 'AWS::S3::Bucket', name)?.state?.lag ?? usualReplicaLag)

/** What had time to arrive by `now`, whatever became of the region it came from. */
export const arrivedBy = ({ versions }: Bucket, now: number): ObjectVersion[] =>
  versions.filter(({ replica }) => !replica || replica.arrives <= now)

/** What a bucket holds now: what a region had not sent when it fell silent stays away until it is back. */
export function held(moment: Moment, { versions }: Bucket): ObjectVersion[] {
  const until = (region: string): number => goneSince(moment, region) ?? moment.cloud.now
  return versions.filter(({ replica }) => !replica || replica.arrives <= until(replica.from))
}
