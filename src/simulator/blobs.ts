// Keeps large texts (templates, objects) out of the state file: each is a file of its own, named by its hash.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Bucket, Cloud, Stack } from './state.ts'
import { digest, workOf, type Work } from './stacks/work.ts'

const large = 2_000
const mark = 'blob:'

interface Blobs {
  /** The cloud with references in place of large texts, which are written if they are new. */
  extract(cloud: Cloud): Cloud
  /** Puts the texts back, in place. Throws when one is missing. */
  restore(cloud: Cloud): void
}

export function blobs(folder: string): Blobs {
  const references = new Map<string, string>()
  const texts = new Map<string, string>()

  const put = (text: string): string => {
    if (text.length < large) return text
    const known = references.get(text)
    if (known) return known
    const hash = digest(text)
    mkdirSync(folder, { recursive: true })
    const temporary = join(folder, `${hash}.${process.pid}`)
    writeFileSync(temporary, text)
    renameSync(temporary, join(folder, hash))
    references.set(text, mark + hash)
    texts.set(mark + hash, text)
    return mark + hash
  }
  const get = (reference: string): string => {
    if (!reference.startsWith(mark)) return reference
    const known = texts.get(reference)
    if (known !== undefined) return known
    const text = readFileSync(join(folder, reference.slice(mark.length)), 'utf8')
    references.set(text, reference)
    texts.set(reference, text)
    return text
  }
  return {
    extract: (cloud) => mapped(cloud, put),
    restore: (cloud) => void Object.assign(cloud, mapped(cloud, get)),
  }
}

/** A copy of the cloud, as deep as its large texts lie, with each of them changed by `text`. */
function mapped(cloud: Cloud, text: (text: string) => string): Cloud {
  const values = <T>(record: Record<string, T>, change: (value: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
  const templated = <T extends { template: string }>(it: T): T => ({ ...it, template: text(it.template) })
  const worked = (work: Work): Work => ({
    ...work,
    ...(work.before ? { before: templated(work.before) } : {}),
    ...(work.leftovers ? { leftovers: { ...work.leftovers, of: templated(work.leftovers.of) } } : {}),
  })
  const stack = (it: Stack): Stack => {
    const work = workOf(it)
    return { ...templated(it), ...(work ? { work: worked(work) as unknown as NonNullable<Stack['work']> } : {}) }
  }
  const bucket = (it: Bucket): Bucket => ({
    ...it,
    versions: it.versions.map((one) => (one.body === undefined ? one : { ...one, body: text(one.body) })),
  })
  return {
    ...cloud,
    stacks: values(cloud.stacks, stack),
    stackSets: values(cloud.stackSets, templated),
    buckets: values(cloud.buckets, bucket),
  }
}
