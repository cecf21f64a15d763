// A release as a package: its templates are still in the artifact bucket, since keys are content hashes.
import type { Aws } from '../aws/connect.ts'
import { lastRelease, readRelease, type Release } from './environment.ts'
import { DrError } from '../core/errors.ts'
import { artifactBucket } from '../core/names.ts'
import { packagedTrees, type TemplateTree } from '../templates/tree.ts'
import type { TargetSession } from './session.ts'
import type { Artifact, Package } from '../templates/package.ts'

/** Keys of artifacts that a packaged template refers to. */
const references = (body: string): string[] => [
  ...new Set(body.match(/(?:cfn|functions)\/[0-9a-f]{64}\.(?:json|zip)/g) ?? []),
]

/**
 * Reads a release back: the root of each stage and all that these refer to.
 * Throws DrError: exit 2 for a release that is not recorded, 3 for one whose templates are gone or whose stages differ.
 */
export async function releasedPackage(session: TargetSession, id: string): Promise<{ release: Release; pkg: Package }> {
  const { aws, home, buckets, target } = session
  const place = { system: target.system.name, suffix: target.suffix }
  const release = await readRelease(aws, buckets, place, id)
  if (!release)
    throw new DrError(
      'NoSuchRelease',
      2,
      `there is no release ${id} of ${place.system} · ${place.suffix}`,
      'dr status names the last one',
    )
  const stages = target.system.stages.map((stage) => stage.name)
  if (stages.toSorted().join() !== Object.keys(release.stages).sort().join())
    throw new DrError(
      'OtherStages',
      3,
      `release ${id} has the stages ${Object.keys(release.stages).join(', ')}, the system now has ${stages.join(', ')}; nothing was changed`,
      'deploy it with the version of the templates that it came from (--templates)',
    )
  const bucket = artifactBucket(aws.account, home)
  const artifacts = new Map<string, Artifact>()
  const roots = Object.values(release.stages).map(({ template }) => template)
  for (const queue = [...roots]; queue.length > 0;) {
    const key = queue.shift() ?? ''
    if (artifacts.has(key) || !key.endsWith('.json')) continue
    const text = await readTemplate(aws, home, bucket, key)
    const bytes = new TextEncoder().encode(text)
    artifacts.set(key, { key, bytes, contentType: 'application/json', source: `s3://${bucket}/${key}` })
    queue.push(...references(text))
  }
  const text = (key: string): string => new TextDecoder().decode(artifacts.get(key)?.bytes)
  const packaged = Object.entries(release.stages).map(([stage, { template }]) => {
    const hash = /[0-9a-f]{64}/.exec(template)?.[0] ?? ''
    return [stage, { key: template, hash, body: text(template) }] as const
  })
  return { release, pkg: { stages: Object.fromEntries(packaged), artifacts: [...artifacts.values()] } }
}

/** `stage/Nested/LogicalId` of every resource that the last release's templates had; none where they cannot be read. */
export async function releasedNames(session: TargetSession): Promise<string[]> {
  const { aws, buckets, target } = session
  const release = await lastRelease(aws, buckets, { system: target.system.name, suffix: target.suffix })
  if (!release) return []
  try {
    const { pkg } = await releasedPackage(session, release.id)
    const trees = packagedTrees(pkg)
    const inside = (tree: TemplateTree | undefined, path: string[]): string[] =>
      Object.keys(tree?.body.Resources ?? {}).flatMap((id) => [
        [...path, id].join('/'),
        ...inside(tree?.nested[id], [...path, id]),
      ])
    return Object.entries(pkg.stages).flatMap(([stage, { key }]) => inside(trees(key), [stage]))
  } catch (error) {
    if (error instanceof DrError) return []
    throw error
  }
}

async function readTemplate(aws: Aws, home: string, bucket: string, key: string): Promise<string> {
  const object = await aws.objects(home).get(bucket, key)
  if (object) return object.text
  throw new DrError(
    'TemplateGone',
    3,
    `the template ${key} of that release is no longer in ${bucket}; nothing was changed`,
    'deploy from the templates of that version instead (--templates)',
  )
}
