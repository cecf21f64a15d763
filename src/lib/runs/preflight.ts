// What only AWS knows about the chosen regions, asked before anything is touched: are they switched on, and do they offer
// the instance classes and versions that the templates name?
import type { ClassQuestion, Offer } from '../aws/databases.ts'
import { notEnabled } from '../aws/opt-in.ts'
import { unlessSilent } from '../aws/silence.ts'
import { lastRelease, regionsOf } from '../load/environment.ts'
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'
import type { Snapshot } from '../observe/observe.ts'
import type { TargetSession } from '../load/session.ts'
import { isKnown, known } from '../status/observation.ts'
import { leftoverFact } from '../status/observe-leftovers.ts'
import { asText } from '../templates/intrinsics.ts'
import type { ResolvedResource, ResolvedTemplate } from '../templates/resolve.ts'
import { hasToken } from '../templates/tokens.ts'

/** @throws DrError exit 3: the account has not switched on a region. Where dr has its bucket, it has. */
export async function refuseDisabled({ aws, target, buckets }: TargetSession): Promise<void> {
  for (const region of regionsOf(target))
    if (buckets[region] === undefined && (await unlessSilent(aws.isEnabled(region))) === false) throw notEnabled(region)
}

/** What a drill left and no deploy takes back, since it changes no template: in words, with what to type. */
export async function injectedState(session: TargetSession, snapshot: Snapshot): Promise<string[]> {
  const place = { system: session.target.system.name, suffix: session.target.suffix }
  const release = await lastRelease(session.aws, session.buckets, place)
  const found = release ? await leftoverFact(session, release.outputs, snapshot) : known([], 0)
  return isKnown(found)
    ? found.value.map(({ what, mend }) => `a drill left ${what}; this deploy leaves it so: ${mend}`)
    : []
}

/** Whether a plan makes a resource or gives it other properties. */
export type Touched = (stage: string, region: Region, path: string[]) => boolean

/** A class that a database is to have, and what it must be good for. */
interface Wish extends ClassQuestion {
  region: Region
  /** Empty for any; a major version alone takes its default minor version. */
  version: string
  needs: 'clusters' | 'globalDatabases' | undefined
  /** `data.Database/Cluster`: who wishes it. */
  whose: string
  /** `stage.Parameter`, where class and version are values of root parameters. */
  parameters: { class: string | undefined; version: string | undefined }
}

/**
 * Gives what could not be asked, a line each.
 * @param isTouched what runs already keeps its class and version, also where neither is offered any more
 * @throws DrError exit 3: a region does not offer a class or a version; nothing was changed
 */
export async function refuseClasses(
  { aws, target }: TargetSession,
  templates: ResolvedTemplate[],
  isTouched: Touched,
): Promise<string[]> {
  const regions = regionsOf(target)
  const wishes = wishesOf(templates, isTouched).filter(({ region }) => regions.includes(region))
  const asked = await Promise.all(
    wishes.map(async (wish) => {
      const databases = await aws.databases(wish.region)
      // The plan reports a region that is silent.
      const told = await unlessSilent(databases.offers(wish).then((offers) => ({ offers })))
      return { wish, refusal: told?.offers && refusalOf(wish, told.offers), denied: told && !told.offers }
    }),
  )
  const refusals = asked.flatMap(({ refusal }) => refusal ?? [])
  if (refusals.length === 0)
    return asked
      .filter(({ denied }) => denied)
      .map(({ wish: { region, instanceClass, engine, version } }) => {
        const why = 'not allowed to ask (rds:DescribeOrderableDBInstanceOptions)'
        return `whether ${region} offers ${instanceClass} for ${engine} ${version}: ${why}`
      })
  const message = `${refusals.map(({ message: one }) => one).join('\n')}\nnothing was changed`
  throw new DrError('ClassNotOffered', 3, message, [...new Set(refusals.map(({ way }) => way))].join('\n'))
}

const isVersion = (version: string, of: string): boolean => of === '' || version === of || version.startsWith(`${of}.`)

/** What is wrong with a wish: the version, where the class is good with another one; else the class. */
function refusalOf(wish: Wish, offers: Offer[]): { message: string; way: string } | undefined {
  const { region, engine, version, instanceClass, needs, whose, parameters } = wish
  const good = offers.filter((offer) => needs === undefined || offer[needs])
  if (good.some((offer) => isVersion(offer.version, version))) return undefined
  const others = [...new Set(good.map((offer) => offer.version))]
  const kind = needs === 'clusters' ? ' as a Multi-AZ cluster' : needs ? ' in a global database' : ''
  const list = `aws rds describe-orderable-db-instance-options --region ${region} --engine ${engine}`
  if (others.length > 0)
    return {
      message: `${region} does not offer ${engine} ${version}${kind} with ${instanceClass}, which ${whose} needs`,
      way:
        `${parameters.version ? `choose another version with --parameter ${parameters.version}=…` : 'choose another version in the template'}: ` +
        newestOf(others).join(', '),
    }
  return {
    message: `${region} does not offer ${instanceClass} for ${engine}${kind}, which ${whose} needs`,
    way: `${parameters.class ? `choose another class with --parameter ${parameters.class}=…` : 'choose another region'}; see what it offers: ${list}`,
  }
}

/** A few versions, newest first. */
const newestOf = (versions: string[]): string[] =>
  versions.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true })).slice(0, 6)

/** Each class once per region. */
function wishesOf(templates: ResolvedTemplate[], isTouched: Touched): Wish[] {
  const found = new Map<string, Wish>()
  for (const template of templates)
    for (const resource of Object.values(template.resources)) {
      if (!isTouched(template.stage, template.region, [...template.path, resource.logicalId])) continue
      const wish = wishOf(template, resource, templates)
      const key = wish && [wish.region, wish.engine, wish.version, wish.instanceClass, wish.needs].join(' ')
      if (wish && key && !hasToken(key) && !found.has(key)) found.set(key, wish)
    }
  return [...found.values()]
}

function wishOf(
  template: ResolvedTemplate,
  { type, logicalId, properties }: ResolvedResource,
  templates: ResolvedTemplate[],
): Wish | undefined {
  const isCluster = type === 'AWS::RDS::DBCluster'
  if (!isCluster && type !== 'AWS::RDS::DBInstance') return undefined
  const instanceClass = asText(properties[isCluster ? 'DBClusterInstanceClass' : 'DBInstanceClass'] ?? '') ?? ''
  if (!instanceClass) return undefined
  // A member has the version of its cluster.
  const cluster = Object.values(template.resources).find((it) => it.type === 'AWS::RDS::DBCluster')
  const version = properties['EngineVersion'] ?? (isCluster ? undefined : cluster?.properties['EngineVersion'])
  const isMember = !isCluster && cluster !== undefined && properties['DBClusterIdentifier'] !== undefined
  const root = templates.find(
    (it) => it.stage === template.stage && it.region === template.region && it.path.length === 0,
  )
  const named = (what: RegExp, value: string): string | undefined => {
    const found = Object.entries(root?.parameters ?? {}).find(([name, it]) => what.test(name) && it === value)
    return found && `${template.stage}.${found[0]}`
  }
  const wanted = asText(version ?? '') ?? ''
  return {
    region: template.region,
    engine: asText(properties['Engine'] ?? '') ?? '',
    version: wanted,
    instanceClass,
    needs: isCluster ? 'clusters' : isMember && isGlobal(template) ? 'globalDatabases' : undefined,
    whose: `${template.stage}.${[...template.path, logicalId].join('/')}`,
    parameters: { class: named(/Class$/, instanceClass), version: named(/Version$/, wanted) },
  }
}

const isGlobal = ({ resources }: ResolvedTemplate): boolean =>
  Object.values(resources).some(
    ({ type, properties }) =>
      type === 'AWS::RDS::GlobalCluster' ||
      (type === 'AWS::RDS::DBCluster' && properties['GlobalClusterIdentifier'] !== undefined),
  )
