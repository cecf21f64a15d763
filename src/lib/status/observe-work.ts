// Who works on an environment: whoever holds its lock, or a drill that was begun and never ended.
import { lockHolder } from '../execute/lock.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import { type Fact, isKnown, known, type Work } from './observation.ts'

/** The holder of the lock; undefined where nobody has it. */
export async function lockFact({ aws, home, buckets, target }: TargetSession): Promise<Fact<Work | undefined>> {
  const bucket = buckets[home]
  if (bucket === undefined) return known(undefined, aws.clock.now())
  return asked(aws.clock.now, async () => {
    const found = await lockHolder({ aws, region: home, bucket, target })
    if (!found) return undefined
    const { verb, user, host, since } = found.other
    return { verb, by: `${user} on ${host}`, since: Date.parse(since), dead: found.dead }
  })
}

/**
 * Whoever holds the lock works. Where nobody does, a drill is still held that was never ended: by its journal, or by its
 * name in the surviving region, which the dead man reads. What of this nobody could see may hide somebody.
 */
export function workOf(
  lock: Fact<Work | undefined>,
  open: Fact<Work | undefined>,
  named: Fact<Work | undefined>,
  at: number,
): Fact<Work | undefined> {
  if (isKnown(lock) && lock.value && !lock.value.dead) return lock
  const drill = (isKnown(named) ? named.value : undefined) ?? (isKnown(open) ? open.value : undefined)
  if (drill) return known(drill, at)
  return [lock, named, open].find((fact) => !isKnown(fact)) ?? lock
}
