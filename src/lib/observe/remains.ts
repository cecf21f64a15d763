// What is left of an environment after a destroy.
import type { Aws } from '../aws/connect.ts'
import type { Tagged } from '../aws/tags.ts'
import type { Region, Target } from '../core/model.ts'
import { type Held, gone } from './inventory.ts'
import { Proofs } from './proofs.ts'

/** What a look around after a destroy found. */
export interface Remains {
  gone: Held[]
  /** Kept by AWS for a while, as KMS keys are. */
  pending: Held[]
  /** ARNs of keys that wait since an earlier destroy of the same name. */
  earlier: string[]
  /** ARNs that the tagging API still lists, though the stacks that made them say that they are deleted. */
  listed: string[]
  /** Still there, though they should not be: ARNs, names or paths. */
  left: string[]
  /** Could not be looked at: what and why. Never counted as gone. */
  unseen: string[]
}

/** How often the tagging API is asked about what no stack tells of. */
const mostLooks = 12

/** Waits before the tagging API is asked again about so many resources. What it throws ends the look. */
type Pause = (count: number) => Promise<void>

interface Look {
  aws: Aws
  found: Remains
  /** Notes what could not be looked at, and goes on. */
  tryTo(what: string, look: () => Promise<void>): Promise<void>
}

/**
 * Looks whether everything is gone: each stack's own account of its resources, then whatever still carries the
 * environment's tags, then log groups of its name, which a late writer makes again without tags.
 */
export async function remains(
  aws: Aws,
  target: Target,
  held: Held[],
  regions: Region[],
  pause: Pause,
): Promise<Remains> {
  const found: Remains = { gone: [], pending: [], earlier: [], listed: [], left: [], unseen: [] }
  const tryTo: Look['tryTo'] = async (what, look) => {
    try {
      await look()
    } catch (error) {
      found.unseen.push(`${what}: ${error instanceof Error ? error.message : 'no answer'}`)
    }
  }
  const look: Look = { aws, found, tryTo }
  await askStacks(look, held)
  await askTags(look, target, regions, pause)
  for (const region of regions)
    await tryTo(`log groups in ${region}`, async () => {
      const groups = await (await aws.logs(region)).groups(target.suffix)
      const ours = groups.filter((name) => held.some((it) => isWrittenBy(it, name)))
      found.left.push(...ours.map((name) => `log group ${name} in ${region}`))
    })
  return found
}

async function askStacks({ aws, found, tryTo }: Look, held: Held[]): Promise<void> {
  const stacks = [...new Map(held.map((it) => [it.stackId, it.region]))]
  for (const [stackId, region] of stacks)
    await tryTo(`stack ${stackId}`, async () => {
      const now = await aws.stacks(region).resources(stackId)
      for (const it of held.filter((one) => one.stackId === stackId)) {
        const status = now.find((one) => one.logicalId === it.logicalId)?.status ?? 'DELETE_COMPLETE'
        if (!gone.has(status))
          found.left.push(`${it.path.join('/')} (${it.type} ${it.physicalId}) in ${region}: ${status}`)
        else if (it.type === 'AWS::KMS::Key') found.pending.push(it)
        else found.gone.push(it)
      }
    })
}

/**
 * The tagging API lists what is deleted for minutes to hours (aws/aws-cli#8197), so the stacks decide. It is asked again
 * about what no stack tells of, and about nothing else.
 */
async function askTags(look: Look, target: Target, regions: Region[], pause: Pause): Promise<void> {
  const { aws, found, tryTo } = look
  const tags = { System: target.system.name, EnvironmentSuffix: target.suffix }
  const tagged = async (region: Region): Promise<Tagged[]> => (await aws.tags(region)).resources(tags)
  const proofs = new Proofs(aws)
  const open: Record<Region, string[]> = {}
  for (const region of regions)
    await tryTo(`tags in ${region}`, async () => {
      open[region] = await sorted(found, proofs, await tagged(region))
    })
  const count = (): number => Object.values(open).flat().length
  for (let looks = 0; looks < mostLooks && count() > 0; looks++) {
    await pause(count())
    for (const [region, arns] of Object.entries(open)) {
      delete open[region]
      await tryTo(`tags in ${region}`, async () => {
        const now = new Set((await tagged(region)).map(({ arn }) => arn))
        open[region] = arns.filter((arn) => now.has(arn))
      })
    }
  }
  const untold = Object.values(open).flat()
  found.left.push(...untold.map((arn) => `${arn} (by the tagging API alone; made by no stack that tells of it)`))
}

/** Puts what is listed where it belongs; gives the ARNs of which no stack tells. */
async function sorted(found: Remains, proofs: Proofs, tagged: Tagged[]): Promise<string[]> {
  const keys = new Set(found.pending.map((it) => it.physicalId))
  const open: string[] = []
  for (const it of tagged) {
    if (isKey(it) && keys.has(it.arn.split('/').at(-1) ?? '')) continue
    const proof = await proofs.of(it)
    if (proof === 'deleted') (isKey(it) ? found.earlier : found.listed).push(it.arn)
    else if (proof === 'there') found.left.push(it.arn)
    else open.push(it.arn)
  }
  return open
}

/** A key stays for days after its deletion, tags and all. */
const isKey = ({ arn }: Tagged): boolean => /^arn:[\w-]+:kms:/.test(arn)

/** A log group of ours, or one that a database of ours made itself, which then has no tags. */
const isWrittenBy = ({ type, physicalId }: Held, name: string): boolean =>
  type === 'AWS::Logs::LogGroup'
    ? physicalId === name
    : (type === 'AWS::RDS::DBInstance' && name.startsWith(`/aws/rds/instance/${physicalId}/`)) ||
      (type === 'AWS::RDS::DBCluster' && name.startsWith(`/aws/rds/cluster/${physicalId}/`))
