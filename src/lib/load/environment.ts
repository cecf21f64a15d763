// The record of an environment in the artifact buckets of its regions: where it is, and what was released there.
import { z } from 'zod'
import type { Aws } from '../aws/connect.ts'
import { unlessSilent } from '../aws/silence.ts'
import { DrError } from '../core/errors.ts'
import type { Region, Role, Target } from '../core/model.ts'
import { artifactBuckets, environmentPrefix } from '../core/names.ts'

const role = z.enum(['primary', 'failover', 'standalone'])
const regions = z.partialRecord(role, z.string())
const environmentForm = z.object({
  version: z.literal(1),
  system: z.string(),
  suffix: z.string(),
  account: z.string(),
  regions,
  createdAt: z.string(),
})
const releaseForm = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  version: z.string(),
  stages: z.record(z.string(), z.object({ template: z.string(), parameters: z.record(z.string(), z.string()) })),
  outputs: z.record(z.string(), z.string()),
  /** By stage and role, also what no key of the flat outputs shows: inputs of stages when a region is gone. */
  stageOutputs: z.record(z.string(), z.partialRecord(role, z.record(z.string(), z.string()))),
  verdict: z.string(),
})

export type Environment = z.infer<typeof environmentForm>
export type Release = z.infer<typeof releaseForm>

/** The artifact buckets of the account, by region; dr's memory lies in them. */
export async function findBuckets(aws: Aws, home: Region): Promise<Record<Region, string>> {
  return artifactBuckets(aws.account, await aws.objects(home).buckets())
}

/** All records that the buckets hold under a key, the newest region first that answers; a broken one is an error. */
async function readAll<T>(aws: Aws, buckets: Record<Region, string>, key: string, form: z.ZodType<T>): Promise<T[]> {
  const found = await Promise.all(
    Object.entries(buckets).map(async ([region, bucket]) => {
      // A region that does not answer tells nothing; the others hold the same records.
      const object = await unlessSilent(aws.objects(region).get(bucket, key))
      return object && parse(form, object.text, `s3://${bucket}/${key}`)
    }),
  )
  return found.filter((it) => it !== undefined)
}

function parse<T>(form: z.ZodType<T>, text: string, where: string): T {
  try {
    return form.parse(JSON.parse(text))
  } catch (cause) {
    throw new DrError(
      'RecordUnreadable',
      6,
      `the record ${where} is not one that this version of dr wrote`,
      'look at it with: aws s3 cp <the address> -',
      { cause },
    )
  }
}

/** The environment as recorded, wherever a record is found; undefined when there is none. */
export async function readEnvironment(
  aws: Aws,
  buckets: Record<Region, string>,
  system: string,
  suffix: string,
): Promise<Environment | undefined> {
  const found = await readAll(aws, buckets, `${environmentPrefix(system, suffix)}environment.json`, environmentForm)
  return found[0]
}

/** Every recorded environment of the account, each once. */
export async function listEnvironments(aws: Aws, buckets: Record<Region, string>): Promise<Environment[]> {
  const places = await Promise.all(
    Object.entries(buckets).map(([region, bucket]) => unlessSilent(aws.objects(region).keys(bucket, 'env/'))),
  )
  const keys = [...new Set(places.flatMap((it) => it ?? []).filter((key) => key.endsWith('/environment.json')))].sort()
  const found = await Promise.all(keys.map((key) => readAll(aws, buckets, key, environmentForm)))
  return found.flatMap((records) => records.slice(0, 1))
}

/** The last release; undefined before the first deploy has ended well. */
export async function lastRelease(
  aws: Aws,
  buckets: Record<Region, string>,
  { system, suffix }: { system: string; suffix: string },
): Promise<Release | undefined> {
  const prefix = `${environmentPrefix(system, suffix)}releases/`
  const places = await Promise.all(
    Object.entries(buckets).map(([region, bucket]) => unlessSilent(aws.objects(region).keys(bucket, prefix))),
  )
  const number = (key: string): number => Number(/r(\d+)\.json$/.exec(key)?.[1] ?? 0)
  const newest = places.flatMap((it) => it ?? []).sort((a, b) => number(b) - number(a))[0]
  return newest === undefined ? undefined : (await readAll(aws, buckets, newest, releaseForm))[0]
}

/** One release by its id, such as `r3`. */
export async function readRelease(
  aws: Aws,
  buckets: Record<Region, string>,
  { system, suffix }: { system: string; suffix: string },
  id: string,
): Promise<Release | undefined> {
  return (await readAll(aws, buckets, `${environmentPrefix(system, suffix)}releases/${id}.json`, releaseForm))[0]
}

/** Writes one record into the artifact bucket of every region of the target. */
export async function writeRecord(
  aws: Aws,
  buckets: Record<Region, string>,
  target: Target,
  name: string,
  record: unknown,
): Promise<void> {
  const key = environmentPrefix(target.system.name, target.suffix) + name
  const text = typeof record === 'string' ? record : JSON.stringify(record, undefined, 2)
  for (const region of regionsOf(target)) await aws.objects(region).put(buckets[region] ?? '', key, text)
}

/** Writes the environment's own record where there is none: a run may have ended between two regions. */
export async function keepEnvironment(
  aws: Aws,
  buckets: Record<Region, string>,
  target: Target,
  environment: Environment,
): Promise<void> {
  const key = `${environmentPrefix(target.system.name, target.suffix)}environment.json`
  const text = JSON.stringify(environment, undefined, 2)
  for (const region of regionsOf(target)) {
    const [objects, bucket] = [aws.objects(region), buckets[region] ?? '']
    if (!(await objects.exists(bucket, key))) await objects.put(bucket, key, text)
  }
}

/** Removes all records of the environment, old versions included. */
export async function removeRecords(aws: Aws, buckets: Record<Region, string>, target: Target): Promise<void> {
  const prefix = environmentPrefix(target.system.name, target.suffix)
  for (const region of regionsOf(target)) {
    const bucket = buckets[region]
    if (bucket === undefined) continue
    const objects = aws.objects(region)
    for (
      let left = await objects.versions(bucket, prefix);
      left.length > 0;
      left = await objects.versions(bucket, prefix)
    )
      await objects.deleteVersions(bucket, left)
  }
}

/** The regions of a target that are worked on, primary first: all, or those of `--region`. */
export function regionsOf(target: Target): Region[] {
  const roles: Role[] = ['standalone', 'primary', 'failover']
  const all = roles.flatMap((role) => target.regions[role] ?? [])
  return all.filter((region) => target.only?.includes(region) ?? true)
}
