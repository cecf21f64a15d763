// Pure: whether the secrets that a system reads are there as it needs them, what is to be done, and what keeps a deploy
// from beginning. Values never come here.
import type { SecretContent, SecretView } from '../aws/secrets.ts'
import type { Region, SecretNeed } from '../core/model.ts'
import type { Plan, PlanStage } from './plan.ts'

/** A secret that stages will read. */
export interface WantedSecret {
  name: string
  need: SecretNeed
  /** The name is the one that dr gives, so that dr may make it. */
  own: boolean
  /** Where it is read: the region where it is made, then where its replica is. */
  regions: Region[]
  /** A resource that was created with it exists. */
  inUse: boolean
}

/** A secret as a region sees it; no view where there is none. */
export interface SeenSecret {
  region: Region
  view: SecretView | undefined
  content: SecretContent | undefined
}

/** What a deploy does about a secret before anything else. */
export interface SecretWork {
  name: string
  keys: string[]
  home: Region
  /** It is made; otherwise it is there and lacks replicas. */
  create: boolean
  /** Where replicas are added or waited for. */
  replicas: Region[]
}

interface SecretFault {
  code: 'SecretMissing' | 'SecretDeleted' | 'SecretNotReplicated' | 'SecretIncomplete' | 'SecretUnfit' | 'SecretDiffers'
  message: string
  hint: string
}

/**
 * What a value must look like that every kind of database takes; clusters are the narrowest.
 * Source: RDS API reference, CreateDBCluster: MasterUsername, MasterUserPassword; RDS refuses spaces as well.
 */
export const credentialForms: Record<string, { form: RegExp; words: string }> = {
  username: { form: /^[A-Za-z][A-Za-z0-9]{0,15}$/, words: 'up to 16 letters and digits, a letter first' },
  password: { form: /^(?=[!-~]{8,41}$)[^/"@]+$/, words: '8 to 41 printable characters without / " @ and spaces' },
}

/** What is not known of a secret where whoever deploys may not read it; undefined where it was read. */
export function uncheckedSecret({ name }: WantedSecret, seen: SeenSecret[]): string | undefined {
  const unread = seen.filter(({ view, content }) => view && !view.deletedAt && !content).map(({ region }) => region)
  if (unread.length === 0) return undefined
  const why = 'not allowed to read them (secretsmanager:GetSecretValue)'
  return `the keys and values of ${name} in ${unread.join(' and ')}: ${why}`
}

const secretsCommand = (verb: string, name: string, region: Region, rest = ''): string =>
  `aws secretsmanager ${verb} --region ${region} ${verb === 'create-secret' ? '--name' : '--secret-id'} ${name}${rest}`

const shape = (keys: string[]): string => `'{${keys.map((key) => `"${key}": "…"`).join(', ')}}'`

/** Judges one secret: a fault, or work, or nothing to do. `create` is the user's consent to have it made. */
export function judgeSecret(
  wanted: WantedSecret,
  seen: SeenSecret[],
  create: boolean,
): { fault?: SecretFault; work?: SecretWork } {
  const { name, need, regions } = wanted
  const waiting = seen.find(({ view }) => view?.deletedAt)
  if (waiting) {
    const message = `the secret ${name} in ${waiting.region} is scheduled for deletion since ${waiting.view?.deletedAt ?? ''}`
    return fault('SecretDeleted', message, `bring it back: ${secretsCommand('restore-secret', name, waiting.region)}`)
  }
  const there = seen.filter(({ view }) => view)
  const first = there[0]
  if (!first?.view) return missing(wanted, create)
  const lacking = seen.filter(({ view }) => !view).map(({ region }) => region)
  const unready = lacking.map((region) => [region, first.view?.replicas[region]] as const)
  const failed = unready.find(([, status]) => status === 'Failed')
  if (failed) {
    const message = `the replica of the secret ${name} in ${failed[0]} failed: another secret has its name there`
    return fault('SecretNotReplicated', message, `see: ${secretsCommand('describe-secret', name, first.region)}`)
  }
  if (unready.some(([, status]) => status === undefined) && !(create && isOurs(first.view))) {
    const message = `the secret ${name} is in ${first.region} and has no replica in ${lacking.join(', ')}, where it is read too`
    const to = ` --add-replica-regions Region=${lacking.join(' Region=')}`
    return fault('SecretNotReplicated', message, secretsCommand('replicate-secret-to-regions', name, first.region, to))
  }
  const wrong = wrongContent(name, need, there)
  if (wrong) return wrong
  if (lacking.length === 0) return {}
  return {
    work: {
      name,
      keys: need.keys,
      home: first.region,
      create: false,
      replicas: regions.filter((it) => lacking.includes(it)),
    },
  }
}

const fault = (code: SecretFault['code'], message: string, hint: string): { fault: SecretFault } => ({
  fault: { code, message, hint },
})

function missing({ name, need, own, regions, inUse }: WantedSecret, create: boolean): ReturnType<typeof judgeSecret> {
  const [home = '', ...replicas] = regions
  const to = replicas.length > 0 ? ` --add-replica-regions Region=${replicas.join(' Region=')}` : ''
  const command = secretsCommand('create-secret', name, home, `${to} --secret-string ${shape(need.keys)}`)
  if (inUse)
    return fault(
      'SecretMissing',
      `the secret ${name} no longer exists in ${home}, but resources created with it do`,
      `create it again with the values in use, since these resources accept no others: ${command}`,
    )
  if (create && own) return { work: { name, keys: need.keys, home, create: true, replicas } }
  const message = `there is no secret ${name} in ${home}; it must hold JSON with ${need.keys.join(' and ')}`
  if (create)
    return fault(
      'SecretMissing',
      message,
      `dr makes only secrets that it names itself: leave ${need.parameter} out, or make it: ${command}`,
    )
  return fault('SecretMissing', message, `let dr make it with --create-secret, or make it yourself: ${command}`)
}

function wrongContent(name: string, { keys }: SecretNeed, there: SeenSecret[]): { fault: SecretFault } | undefined {
  for (const { region, content } of there) {
    if (!content) continue
    const put = secretsCommand('put-secret-value', name, region, ` --secret-string ${shape(keys)}`)
    const lost = keys.filter((key) => !content.keys?.includes(key))
    if (!content.keys || lost.length > 0) {
      const what = content.keys ? `lacks ${lost.join(' and ')}` : 'is no JSON object'
      return fault(
        'SecretIncomplete',
        `the secret ${name} in ${region} ${what}; it must hold ${keys.join(' and ')}`,
        put,
      )
    }
    const bad = content.bad.map((key) => `${key} must be ${credentialForms[key]?.words ?? 'otherwise'}`)
    if (bad.length > 0)
      return fault('SecretUnfit', `the secret ${name} in ${region} holds what RDS refuses: ${bad.join('; ')}`, put)
  }
  const [first, other] = there
  const apart = other?.view && (other.view.primaryRegion ?? other.region) === other.region
  if (!first || !apart || (first.view?.primaryRegion ?? first.region) === other.view?.primaryRegion) return undefined
  if (first.content && first.content.digest === other.content?.digest) return undefined
  const how = first.content && other.content ? 'holds other values' : 'the two cannot be compared'
  return fault(
    'SecretDiffers',
    `the secret ${name} in ${other.region} is no replica of the one in ${first.region}, and ${how}`,
    `remove one of them and replicate the other: ${secretsCommand('replicate-secret-to-regions', name, first.region, ` --add-replica-regions Region=${other.region}`)}`,
  )
}

/** The tag of what dr made. */
export const isOurs = ({ tags }: Pick<SecretView, 'tags'>): boolean => tags['ManagedBy'] === 'dr'

/** Where a secret that dr made lies. */
export interface HeldSecret {
  name: string
  region: Region
  replicas: Region[]
}

const stageName = 'secrets'

/** The plan in which secrets come before anything that could read them. */
export function withSecrets(plan: Plan, works: SecretWork[]): Plan {
  if (works.length === 0) return plan
  const where = ({ home, replicas }: SecretWork): string => [home, ...replicas.map((it) => `replica ${it}`)].join(', ')
  const secrets: PlanStage = {
    name: stageName,
    title: stageName,
    needs: [],
    regions: [],
    notes: works.map((it) => `${it.create ? '+' : '~'} ${it.name} (${where(it)})`),
    work: { kind: 'make-secrets', secrets: works },
  }
  const stages = plan.stages.map((it) => ({ ...it, needs: [stageName, ...it.needs] }))
  return { ...plan, stages: [secrets, ...stages] }
}

/** The plan at whose end the secrets that dr made go: when nothing is left that reads them. */
export function withoutSecrets(plan: Plan, secrets: HeldSecret[]): Plan {
  if (secrets.length === 0) return plan
  const removal: PlanStage = {
    name: stageName,
    title: 'secrets that dr made',
    needs: plan.stages.map(({ name }) => name),
    regions: [],
    notes: secrets.map(({ name }) => `- ${name}`),
    work: { kind: 'remove-secrets', secrets },
  }
  return { ...plan, stages: [...plan.stages, removal] }
}
