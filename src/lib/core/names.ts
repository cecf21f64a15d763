// Every name that dr gives to something at AWS, so that it can be found again without any local state.
import { DrError } from './errors.ts'
import type { Region, Stage } from './model.ts'

export const bootstrapStack = 'dr-bootstrap'
export const administrationRole = 'dr-administration'
export const executionRole = 'dr-execution'

/** Stacks with the rights of one system begin so. */
export const rightsStackPrefix = 'dr-rights-'
export const rightsStack = (system: string): string => rightsStackPrefix + system

const artifacts = (account: string): string => `dr-artifacts-${account}-`

/** The bootstrap bucket of one account and region. */
export const artifactBucket = (account: string, region: Region): string => artifacts(account) + region

/** Artifact buckets among all buckets of the account, by region. */
export function artifactBuckets(account: string, buckets: string[]): Record<Region, string> {
  const prefix = artifacts(account)
  const mine = buckets.filter((name) => name.startsWith(prefix))
  return Object.fromEntries(mine.map((name) => [name.slice(prefix.length), name]))
}

export const stackSetName = (system: string, stage: string, suffix: string): string => `dr-${system}-${stage}-${suffix}`

/** Where an object of one environment lies in the artifact buckets. */
export const environmentPrefix = (system: string, suffix: string): string => `env/${system}/${suffix}/`

/** Outside `env/`, so that removing an environment's records does not remove the lock that protects it. */
export const lockKey = (system: string, suffix: string): string => `lock/${system}/${suffix}.json`

/** The secret of an environment, unless the user names another; `need` is the name in system.yaml. */
export const secretName = (system: string, suffix: string, need: string): string => `dr/${system}/${suffix}/${need}`

/** The parameter that names the drill under way, for runbooks. */
export const drillParameter = (system: string, suffix: string): string => `/dr/${system}/${suffix}/drill`

/** The ARN of one of our roles. */
export const roleArn = (role: string, partition: string, account: string): string =>
  `arn:${partition}:iam::${account}:role/${role}`

/**
 * By which ARNs IAM's `aws:PrincipalArn` knows whoever STS says we are. STS leaves out the path of a role, and a name
 * belongs to one role of an account, whatever its path.
 */
export function callerPatterns(arn: string): string[] {
  const session = /^(arn:[\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn)
  if (!session) return /:iam::\d{12}:user\//.test(arn) ? [arn] : []
  const role = `${session[1]}:iam::${session[2]}:role/`
  return [`${role}${session[3]}`, `${role}*/${session[3]}`]
}

/** The regional address of an object; the global host does not serve opt-in regions. */
export const objectUrl = (bucket: string, region: Region, key: string, partition: string): string =>
  `https://${bucket}.s3.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/${key}`

/** An account id as screens show it: the last four digits. */
export const masked = (account: string): string => `····${account.slice(-4)}`

/** Hides the account wherever a text (an ARN in AWS's own message) holds it. */
export const withoutAccount = (text: string, account: string): string =>
  account ? text.replaceAll(account, masked(account)) : text

/** The same data without the account: reasons and ARNs that AWS words hold it anywhere. */
export function maskedDeep<T>(data: T, account: string): T {
  const text = JSON.stringify(data)
  return account && text.includes(account) ? (JSON.parse(withoutAccount(text, account)) as T) : data
}

const suffixForm = /^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/

/** Throws unless the suffix fits every name that will carry it: 1 to 20 of a-z, 0-9 and single hyphens inside. */
export function checkSuffix(suffix: string): void {
  if (suffixForm.test(suffix) && !suffix.includes('--')) return
  const why =
    suffix === ''
      ? 'it is empty'
      : suffix.length > 20
        ? `it has ${suffix.length} characters, 20 is the most`
        : 'it may hold a-z, 0-9 and single hyphens inside'
  throw new DrError('IllegalSuffix', 2, `"${suffix}" cannot be a suffix: ${why}`, 'choose one such as --suffix pr123')
}

/** What a person types behind a command to mean an environment. */
export const environmentOptions = (system: string, suffix: string, simulated = false): string =>
  `--system ${system} --suffix ${suffix}${simulated ? ' --local' : ''}`

/** A stage of which only the name is known: enough to observe and to remove it. */
export const orphanStage = (name: string): Stage => ({
  name,
  template: '',
  steps: [],
  needs: [],
  inputs: {},
  overrides: {},
  outputs: [],
})
