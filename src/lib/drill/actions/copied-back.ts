// What becomes of documents that were written in the failover region, where nothing replicates them back: each is copied
// unless it is there already, and one that changed on both sides is told of and lost on neither.
import type { Details, Documents, Version } from '../../aws/documents.ts'
import { DrError } from '../../core/errors.ts'
import type { Region } from '../../core/model.ts'

/** One region's documents. */
export interface Side {
  region: Region
  bucket: string
  documents: Documents
}

/** What was done about one version of a document. */
export interface Fate {
  key: string
  version: string
  bytes: number
  /** `there`: a run before this one copied it. `conflict` and `deleted` are told, `too-large` needs a human. */
  kind: 'copied' | 'there' | 'conflict' | 'deleted' | 'too-large'
  /** In words, where it is more than a count. */
  note?: string
}

/** Written on each copy, since ETags under KMS differ between copies: the version that it is a copy of. */
const mark = 'dr-copied-from'
/** What S3 copies in one call, bytes. */
const largest = 5 * 1024 ** 3
/** Documents that are looked at at the same time. */
const atOnce = 8
/** What dr itself writes is no document. */
const own = 'dr-probe/'

const time = (at: number): string => new Date(at).toISOString().replace('.000', '')

/**
 * Copies what `from` wrote at `since` (ms by S3's clock) or later. One listing of its bucket, then some calls for each
 * document that changed; doing it again copies what is new and tells `there` of the rest.
 * @throws DrError exit 6 where a copy is refused
 */
export async function copyBack(from: Side, into: Side, since: number): Promise<Fate[]> {
  const stacks = new Map<string, Version[]>()
  for (const version of await from.documents.versions(from.bucket))
    if (!version.key.startsWith(own)) stacks.set(version.key, [...(stacks.get(version.key) ?? []), version])
  const changed = [...stacks].filter(([, versions]) => versions.some(({ at }) => at >= since))
  const fates: Fate[] = []
  for (let at = 0; at < changed.length; at += atOnce) {
    const some = changed.slice(at, at + atOnce)
    for (const fate of await Promise.all(some.map(([, versions]) => settle(versions, from, into, since))))
      if (fate) fates.push(fate)
  }
  return fates
}

/** The newest version that was written here and did not come by replication. */
async function writtenHere(versions: readonly Version[], { bucket, documents }: Side, since: number) {
  for (const version of versions) {
    if (version.at < since || version.isMarker) continue
    const details = await documents.details(bucket, version.key, version.id)
    if (details && !details.isReplica) return { version, details }
  }
  return undefined
}

async function settle(
  versions: Version[],
  from: Side,
  into: Side,
  since: number,
  tries = 3,
): Promise<Fate | undefined> {
  const written = await writtenHere(versions, from, since)
  const [top] = versions
  const { key = '' } = top ?? {}
  const home = (await into.documents.versions(into.bucket, key)).filter((one) => one.key === key)
  const [current] = home
  if (top?.isMarker && top.at >= since) {
    if (!current || current.isMarker || current.at > top.at) return undefined
    const note = `${key} was deleted in ${from.region} and is still in ${into.region}`
    return { key, version: top.id, bytes: 0, kind: 'deleted', note }
  }
  if (!written) return undefined
  const { version, details } = written
  const fate = (kind: Fate['kind'], note?: string): Fate => {
    return { key, version: version.id, bytes: version.bytes, kind, ...(note !== undefined && { note }) }
  }
  if (await isCopied(version, home, into)) return fate('there')
  if (version.bytes > largest) {
    const byHand = home.some(({ at, bytes, isMarker }) => !isMarker && at >= version.at && bytes === version.bytes)
    return fate(byHand ? 'there' : 'too-large')
  }
  const over = current && !current.isMarker ? await into.documents.details(into.bucket, key, current.id) : undefined
  const conflict = isChanged(current, over, versions.slice(versions.indexOf(version) + 1), since)
  if (conflict && current && current.at >= version.at) {
    const kept = `${from.region}'s of ${time(version.at)} stays there as version ${version.id}`
    return fate('conflict', `${key}: ${into.region} wrote last (${time(current.at)}) and stays current; ${kept}`)
  }
  const isSame = current === undefined || current.isMarker || over !== undefined
  if (!isSame || !(await copied(version, details, over?.etag, from, into))) {
    if (tries > 1) return settle(versions, from, into, since, tries - 1)
    throw notCopied(key, into, 'it changes all the time')
  }
  if (!conflict || !current) return fate('copied')
  const what = current.isMarker ? 'deletion' : 'text'
  const kept = `${into.region}'s ${what} of ${time(current.at)} is kept as version ${current.id}`
  return fate('conflict', `${key}: ${from.region} wrote last (${time(version.at)}) and is current now; ${kept}`)
}

/** An earlier run got as far as this document. */
async function isCopied(version: Version, home: readonly Version[], { bucket, documents }: Side): Promise<boolean> {
  for (const one of home) {
    if (one.at < version.at || one.isMarker) continue
    if ((await documents.details(bucket, one.key, one.id))?.metadata[mark] === version.id) return true
  }
  return false
}

/**
 * The region at home changed it too: since the drill began, or before and it is not here yet. What has arrived by now
 * counts as known to the writer here, since a replica does not tell when it came.
 */
function isChanged(
  current: Version | undefined,
  details: Details | undefined,
  below: readonly Version[],
  since: number,
): boolean {
  if (!current) return false
  // A copy that dr made of what was written here before is no change at home.
  if (below.some(({ id }) => id === details?.metadata[mark])) return false
  return current.at >= since || !(current.isMarker || below.some(({ id }) => id === current.id))
}

/** False when somebody else was faster. */
async function copied({ key, id }: Version, details: Details, over: string | undefined, from: Side, into: Side) {
  const marked = { ...details, metadata: { ...details.metadata, [mark]: id } }
  try {
    return await into.documents.copy(into.bucket, { bucket: from.bucket, key, version: id }, marked, over)
  } catch (error) {
    if (error instanceof DrError) throw error
    throw notCopied(key, into, error instanceof Error ? `${error.name}: ${error.message}` : 'refused', error)
  }
}

const notCopied = (key: string, { region, bucket }: Side, why: string, cause?: unknown): DrError =>
  new DrError(
    'NotCopied',
    6,
    `${key} could not be copied to ${bucket} in ${region}: ${why}`,
    'what was copied stays; gone on with by: dr failover-test --resume',
    { cause },
  )
