// One lock per system and suffix: an S3 object in the administration region, written conditionally, aged by S3's clock.
import { hostname } from 'node:os'
import type { Aws } from '../aws/connect.ts'
import type { Objects, ObjectView } from '../aws/objects.ts'
import { realClock } from '../core/clock.ts'
import { unlessSilent } from '../aws/silence.ts'
import { DrError } from '../core/errors.ts'
import type { Region, Target } from '../core/model.ts'
import { lockKey } from '../core/names.ts'
import { person } from '../core/person.ts'

/** A holder that did not write for so long is taken for dead, ms. */
export const leaseMs = 60_000

export interface Holder {
  run: string
  verb: string
  user: string
  host: string
  pid: number
  /** ISO time. */
  since: string
  /** Where the run can be watched, in CI. */
  url?: string
  /** When it last gave a sign of life by the clock of its host, ms. */
  at?: number
}

export interface Lock {
  /** Renews the lease; throws when somebody else took the lock over. */
  hold(): Promise<void>
  /** Renews it only when it has grown old: for the many times a run merely waits. */
  keep(): Promise<void>
  release(): Promise<void>
}

export interface Place {
  aws: Aws
  region: Region
  bucket: string
  target: Target
}

/** Who we are, for the person who finds our lock. */
export function holder(verb: string, run: string, since: number): Holder {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, CI_JOB_URL } = process.env
  const url = GITHUB_RUN_ID ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}` : CI_JOB_URL
  const who = { run, verb, user: person(), host: hostname(), pid: process.pid }
  return { ...who, since: new Date(since).toISOString(), ...(url ? { url } : {}) }
}

/** Takes the lock, or throws (exit 3) saying who has it and since when. A dead holder's lock is taken over. */
export async function acquire(place: Place, me: Holder): Promise<Lock> {
  const objects = place.aws.objects(place.region)
  const key = lockKey(place.target.system.name, place.target.suffix)
  const { clock } = place.aws
  let beat = 0
  // Another text each time, hence another ETag: who saw the lock before a renewal cannot take it over after that.
  const next = (): string => JSON.stringify({ ...me, beat: beat++, at: realClock.now() })
  const first = next()
  let etag = await taken(objects, place.bucket, key, first)
  let written = clock.now()
  const renew = async (): Promise<void> => {
    const body = next()
    const renewed =
      (await objects.claim(place.bucket, key, body, etag)) ?? (await mine(objects, place.bucket, key, body))
    if (renewed === undefined) throw lost()
    etag = renewed
    written = clock.now()
  }
  // Stages run side by side: one renewal at a time, else the second would find the lock changed by the first.
  let last: Promise<unknown> = Promise.resolve()
  const hold = (): Promise<void> => {
    const mine = last.then(renew)
    last = mine.catch(() => undefined)
    return mine
  }
  return {
    hold,
    keep: async () => {
      if (clock.now() - written > leaseMs / 3) await hold()
    },
    release: async () => {
      try {
        await objects.release(place.bucket, key, etag)
      } catch {
        // Credentials that expired, a region that is gone: what the run found out counts more, and the lease ends by itself.
      }
    },
  }
}

/** The ETag, if the lock is ours: a write whose answer got lost is repeated by the SDK and then refused. */
async function mine(objects: Objects, bucket: string, key: string, body: string): Promise<string | undefined> {
  const found = await objects.get(bucket, key)
  return found?.text === body ? found.etag : undefined
}

/** Looks before it writes: a run that is refused has changed nothing, not even tried to. */
async function taken(objects: Objects, bucket: string, key: string, body: string): Promise<string> {
  const free = (await objects.get(bucket, key)) === undefined
  return (free && (await objects.claim(bucket, key, body))) || takeOver(objects, bucket, key, body)
}

async function takeOver(objects: Objects, bucket: string, key: string, body: string): Promise<string> {
  const found = await objects.get(bucket, key)
  if (!found) return (await objects.claim(bucket, key, body)) ?? Promise.reject(lost())
  if (found.text === body) return found.etag
  const { other, ageMs, dead } = read(objects, found)
  if (!dead) throw held(other, ageMs)
  const etag = await objects.claim(bucket, key, body, found.etag)
  if (etag === undefined) throw held(other, ageMs)
  return etag
}

/** Whether a run died here: its lock lies there, and nobody holds it any more. What it began may lack its end. */
export async function forsaken({ aws, region, bucket, target }: Place): Promise<boolean> {
  const objects = aws.objects(region)
  const found = await unlessSilent(objects.get(bucket, lockKey(target.system.name, target.suffix)))
  return found !== undefined && read(objects, found).dead
}

/** Who holds the lock, or held it when its run died; undefined where nobody does. Changes nothing. */
export async function lockHolder({
  aws,
  region,
  bucket,
  target,
}: Place): Promise<{ other: Holder; dead: boolean } | undefined> {
  const objects = aws.objects(region)
  const found = await objects.get(bucket, lockKey(target.system.name, target.suffix))
  return found && read(objects, found)
}

function read({ now }: Objects, { text, modifiedAt }: ObjectView): { other: Holder; ageMs: number; dead: boolean } {
  const other = JSON.parse(text) as Holder
  // On one host one clock serves both. Everywhere else S3's does, which a simulator lets run faster than processes do.
  const ageMs = isHere(other) && other.at ? realClock.now() - other.at : now - modifiedAt
  return { other, ageMs, dead: gone(other) || ageMs >= leaseMs }
}

const isHere = ({ host }: Holder): boolean => host === hostname()

/** On our own host we can see whether the holder's process still lives. */
function gone(other: Holder): boolean {
  if (!isHere(other)) return false
  try {
    process.kill(other.pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

const held = ({ user, host, verb, since, url }: Holder, ageMs: number): DrError =>
  new DrError(
    'LockHeld',
    3,
    `${user} on ${host} has been running dr ${verb} on this environment since ${since}` +
      ` (last sign of life ${Math.max(0, Math.round(ageMs / 1000))} s ago); nothing was changed`,
    url
      ? `watch it at ${url}, or try again when it has ended`
      : `try again when it has ended; if it died, its lock is free ${leaseMs / 1000} s after its last sign of life`,
  )

const lost = (): DrError =>
  new DrError(
    'LockLost',
    5,
    'another run took the lock over while this one was silent; this run stops before its next change',
    'see who works with: dr status',
  )
