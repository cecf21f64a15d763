// What only AWS knows about the chosen regions, asked before anything is touched: are they switched on, and do they offer
// the instance classes that the templates name?
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

/** A class that a database is to have, and what it must be good for. */
interface Wish extends ClassQuestion {
  region: Region
  needs: keyof Offer | undefined
  /** `data.Database/Cluster`: who wishes it. */
  whose: string
  /** `stage.Parameter`, where the class is the value of a root parameter. */
  parameter: string | undefined
}

/**
 * Gives what could not be asked, a line each.
 * @throws DrError exit 3: a region does not offer a class; nothing was changed
 */
export async function refuseClasses({ aws, target }: TargetSession, templates: ResolvedTemplate[]): Promise<string[]> {
  const regions = regionsOf(target)
  const wishes = wishesOf(templates).filter(({ region }) => regions.includes(region))
  const asked = await Promise.all(
    wishes.map(async (wish) => {
      const databases = await aws.databases(wish.region)
      const { needs } = wish
      // A region that is silent is told of by the plan.
      const told = await unlessSilent(databases.offers(wish).then((offers) => ({ offers })))
      const good = !told?.offers || told.offers.some((offer) => needs === undefined || offer[needs])
      return { wish, good, denied: told !== undefined && told.offers === undefined }
    }),
  )
  const bad = asked.filter(({ good }) => !good).map(({ wish }) => wish)
  if (bad.length === 0)
    return asked
      .filter(({ denied }) => denied)
      .map(({ wish: { region, instanceClass, engine, version } }) => {
        const why = 'not allowed to ask (rds:DescribeOrderableDBInstanceOptions)'
        return `whether ${region} offers ${instanceClass} for ${engine} ${version}: ${why}`
      })
  const said = bad.map(({ whose, instanceClass, engine, version, region, needs }) => {
    const kind = needs === 'clusters' ? ' as a Multi-AZ cluster' : needs ? ' in a global database' : ''
    return `${region} does not offer ${instanceClass} for ${engine} ${version}${kind}, which ${whose} needs`
  })
  const ways = bad.map(({ parameter, engine, version, region }) => {
    const list = `aws rds describe-orderable-db-instance-options --region ${region} --engine ${engine}`
    const which = `see what it offers: ${list}${version ? ` --engine-version ${version}` : ''}`
    return `${parameter ? `choose another class with --parameter ${parameter}=…` : 'choose another region'}; ${which}`
  })
  throw new DrError('ClassNotOffered', 3, `${[...said].join('\n')}\nnothing was changed`, [...new Set(ways)].join('\n'))
}

/** Each class once per region. */
function wishesOf(templates: ResolvedTemplate[]): Wish[] {
  const found = new Map<string, Wish>()
  for (const template of templates)
    for (const resource of Object.values(template.resources)) {
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
  const parameter = Object.entries(root?.parameters ?? {}).find(([, value]) => value === instanceClass)
  return {
    region: template.region,
    engine: asText(properties['Engine'] ?? '') ?? '',
    version: asText(version ?? '') ?? '',
    instanceClass,
    needs: isCluster ? 'clusters' : isMember && isGlobal(template) ? 'globalDatabases' : undefined,
    whose: `${template.stage}.${[...template.path, logicalId].join('/')}`,
    parameter: parameter && `${template.stage}.${parameter[0]}`,
  }
}

const isGlobal = ({ resources }: ResolvedTemplate): boolean =>
  Object.values(resources).some(
    ({ type, properties }) =>
      type === 'AWS::RDS::GlobalCluster' ||
      (type === 'AWS::RDS::DBCluster' && properties['GlobalClusterIdentifier'] !== undefined),
  )
