// Copies the documents that the failover region wrote during a drill back to the primary region, since replication runs
// one way. The clock that counts is that of S3: an object put at the beginning says from when on.
import type { Documents } from '../../aws/documents.ts'
import { DrError } from '../../core/errors.ts'
import { bytes, plural } from '../../core/words.ts'
import type { Action, Ground, Step } from '../drill.ts'
import { copyBack, type Fate, type Side } from './copied-back.ts'

/** A pause between two looks for new documents, and for how long they are looked for at most, ms. */
const pause = 15_000
const patience = 900_000

async function sides({ region, target }: Step, { aws }: Ground): Promise<{ from: Side; into: Side }> {
  const side = async (where: string, bucket: string): Promise<Side> => {
    const documents: Documents = await aws.documents(where)
    if (bucket !== '' && (await documents.exists(bucket))) return { region: where, bucket, documents }
    throw new DrError('NoTarget', 3, `there is no bucket ${bucket} in ${where}`, 'see: dr status')
  }
  const { bucket = '', into = '', intoRegion = '' } = target
  return { from: await side(region, bucket), into: await side(intoRegion, into) }
}

const remembers = (step: Step, ground: Ground): string => `dr-probe/${ground.drill}/${step.name}`

/** The versions of the object that was put at the beginning; the oldest says from when on documents count. */
async function memory(step: Step, ground: Ground, { documents, bucket }: Side) {
  const key = remembers(step, ground)
  return (await documents.versions(bucket, key)).filter((one) => one.key === key)
}

const seconds = (at: number): string => new Date(at).toISOString().replace('.000', '')

/** Copies until nothing new was written for as long as the step says; what a run did before it counts apart. */
async function copyAll(from: Side, into: Side, since: number, quiet: number, { aws }: Ground): Promise<Fate[]> {
  const found = new Map<string, Fate>()
  const until = aws.clock.now() + patience
  let calm = aws.clock.now()
  for (;;) {
    const before = found.size
    for (const fate of await copyBack(from, into, since)) {
      const id = `${fate.key} ${fate.version}`
      if (!found.has(id)) found.set(id, fate)
    }
    if (found.size > before) calm = aws.clock.now()
    if (aws.clock.now() - calm >= quiet || aws.clock.now() >= until) return [...found.values()]
    await aws.clock.sleep(pause)
  }
}

function told(fates: readonly Fate[], from: Side, into: Side, since: number): string {
  const of = (...kinds: Fate['kind'][]): Fate[] => fates.filter(({ kind }) => kinds.includes(kind))
  const sum = (some: readonly Fate[]): string => bytes(some.reduce((all, it) => all + it.bytes, 0))
  const [copied, there, noted] = [of('copied'), of('there'), of('conflict', 'deleted')]
  const conflicts = of('conflict').length
  const parts = [
    copied.length > 0 && `copied ${plural(copied.length, 'document')} (${sum(copied)}) back to ${into.region}`,
    there.length > 0 && `${plural(there.length, 'document')} (${sum(there)}) had been copied before`,
    conflicts > 0 && `${plural(conflicts, 'conflict')}, both regions wrote`,
    ...noted.map(({ note }) => note),
  ].filter((part) => part !== false && part !== undefined)
  if (parts.length > 0) return parts.join('; ')
  return `${from.region} wrote no document since ${seconds(since)}, there was nothing to copy back`
}

/**
 * `target`: `bucket`, that of the failover region, where the step is; `into` and `intoRegion`, the bucket at home and its
 * region; `quietSeconds`, for how long nothing new may have been written before it ends, 0 unless said (then once).
 * A document that both regions wrote is a conflict: the last writer's is current, the other is kept as a version.
 */
export const documentsBack: Action = {
  name: 'documents-back',
  class: 'L1',
  calls: ['HeadBucket', 'PutObject', 'ListObjectVersions', 'HeadObject', 'CopyObject', 'DeleteObjects'],
  describe: ({ region, target }) =>
    `what ${region} writes to ${target['bucket']} meanwhile is copied back to ${target['into']} in ${target['intoRegion']}`,
  observe: async (step, ground) => {
    const { from } = await sides(step, ground)
    return (await memory(step, ground, from)).length > 0 ? 'injected' : 'normal'
  },
  inject: async (step, ground) => {
    const { from, into } = await sides(step, ground)
    const key = remembers(step, ground)
    await from.documents.put(from.bucket, key, `documents of ${from.region} count from now on`)
    const since = (await memory(step, ground, from)).at(-1)?.at ?? 0
    return `documents that ${from.region} writes from ${seconds(since)} on are copied back to ${into.region}`
  },
  restore: async (step, ground) => {
    const { from, into } = await sides(step, ground)
    const remembered = await memory(step, ground, from)
    const since = remembered.at(-1)?.at
    if (since === undefined) return 'nobody said from when on documents count, there was nothing to copy back'
    const quiet = Number(step.target['quietSeconds'] ?? 0) * 1000
    const fates = await copyAll(from, into, since, quiet, ground)
    const large = fates.filter(({ kind }) => kind === 'too-large').map(({ key }) => key)
    if (large.length > 0) {
      const what = `${plural(large.length, 'document')} above 5 GB must be copied by hand: ${large.join(', ')}`
      const hint = `then go on: dr failover-test --resume ${ground.drill}`
      throw new DrError('TooLarge', 6, `${what}; ${told(fates, from, into, since)}`, hint)
    }
    await from.documents.remove(from.bucket, remembered)
    return told(fates, from, into, since)
  },
}
