// Rules: everyone may do what is needed and no more, and secrets stay outside.
import type { Value } from '../core/model.ts'
import type { Template } from '../templates/load.ts'
import { grants, principals, statementsOf, type Grant } from './policies.ts'
import { each, get, listOf, nameOf, resources, textsOf, type Found, type Rule, type Violation, text } from './rule.ts'

/**
 * Actions that know no resources, so that `Resource: '*'` is the only way to write them.
 * Source: Service Authorization Reference, actions without a resource type.
 */
const withoutResource = [
  /^backup:(ListBackupJobs|ListCopyJobs|StopBackupJob)$/,
  /^cloudwatch:(PutMetricData|GetMetricData|GetMetricStatistics|ListMetrics)$/,
  /^ec2:Describe/,
  /^ecr:GetAuthorizationToken$/,
  /^dynamodb:(ListTables|ListGlobalTables|DescribeLimits|ListStreams)$/,
  /^kms:(ListAliases|ListKeys)$/,
  /^logs:(Describe(LogGroups|Destinations|ResourcePolicies)|PutResourcePolicy|ListLogDeliveries|\w+LogDelivery)$/,
  /^route53:(ListHostedZones|ListHealthChecks|TestDNSAnswer|GetCheckerIpRanges)$/,
  /^s3:ListAllMyBuckets$/,
  /^sts:GetCallerIdentity$/,
  /^tag:GetResources$/,
  /^xray:(PutTraceSegments|PutTelemetryRecords|GetSampling.*)$/,
]

const isStar = (statement: Record<string, Value>): boolean => textsOf(statement['Resource']).includes('*')

/** Lines of a resource with `Resource: '*'` and no comment beside it, nor above it in its statement. JSON has no comments. */
function silentStars({ file, text }: Template, start: number): number[] {
  if (file.endsWith('.json')) return []
  const lines = text.split('\n')
  const next = lines.findIndex((line, index) => index >= start && /^ {0,2}[^\s#]/.test(line))
  const end = next < 0 ? lines.length : next
  return lines.slice(0, end).flatMap((line, index) => {
    if (index < start || !/\bResource: *\[? *['"]\*['"]/.test(line)) return []
    const begin = lines.slice(0, index + 1).findLastIndex((it) => /- *(\{|Sid:|Effect:)/.test(it))
    return lines.slice(begin - 1, index + 1).some((it) => /(^|\s)#\s*\S/.test(it)) ? [] : [index + 1]
  })
}

const perGrant =
  (check: (grant: Grant) => string | undefined): Rule['check'] =>
  (context) =>
    grants(context).flatMap((grant): Violation[] => {
      const message = check(grant)
      return message === undefined ? [] : [{ position: grant.found.at(...grant.path), message }]
    })

/** Properties that AWS never shows again. */
const hiding = new Set(['MasterUsername', 'MasterUserPassword', 'AuthToken'])
const isHidden = (path: (string | number)[]): boolean => path.length === 1 && hiding.has(String(path[0]))

/** All texts in a value, with their paths. */
const leaves = (value: Value, path: (string | number)[] = []): { path: (string | number)[]; value: string }[] =>
  typeof value === 'string'
    ? [{ path, value }]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) =>
          leaves(item ?? null, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : []

/** Variables of a function or of the containers of a task. */
const variables = (properties: Record<string, Value>): [string, Value][] => [
  ...Object.entries((get(properties, 'Environment', 'Variables') ?? {}) as Record<string, Value>),
  ...listOf(properties['ContainerDefinitions']).flatMap((container) =>
    listOf(get(container, 'Environment')).map((it): [string, Value] => [text(get(it, 'Name')), get(it, 'Value') ?? '']),
  ),
]

/** `API_KEYS_SECRET_NAME: dr/…` says where a secret is, and is none. */
const isReference = (name: string, value: Value): boolean => /(NAME|ARN|ID|PATH)$/i.test(name) || text(value) === ''

const passwords = ['MasterUserPassword', 'Password', 'AuthToken', 'AdminPassword']

export const access: Rule[] = [
  {
    id: 'access/all-actions',
    title: 'No policy grants all actions, nor all of a service on everything',
    requirements: ['COMMON-18', 'TXN-43'],
    fix: 'name the actions that the code calls',
    check: perGrant(({ statement }) => {
      if (statement['NotAction'] !== undefined) return 'grants everything but some actions (NotAction)'
      const actions = textsOf(statement['Action'])
      if (actions.includes('*')) return 'grants all actions'
      const wide = isStar(statement) ? actions.find((action) => action.endsWith(':*')) : undefined
      return wide ? `grants ${wide} on everything` : undefined
    }),
  },
  {
    id: 'access/all-resources',
    title: "`Resource: '*'` stands only where an action knows no resources, or with a condition",
    requirements: ['COMMON-18', 'TXN-28', 'TXN-43'],
    fix: 'name the ARNs, or add a condition',
    check: perGrant(({ statement }) => {
      if (!isStar(statement) || statement['Condition'] !== undefined) return undefined
      const narrow = textsOf(statement['Action']).filter(
        (action) => !action.endsWith(':*') && action !== '*' && !withoutResource.some((known) => known.test(action)),
      )
      return narrow.length ? `grants ${narrow.join(', ')} on everything` : undefined
    }),
  },
  {
    id: 'access/reason',
    title: "Beside every `Resource: '*'` stands why",
    requirements: ['COMMON-18', 'TXN-43'],
    fix: 'write the reason as a comment above it, in the template',
    check: (context) => {
      const wide = new Set(grants(context).flatMap(({ found, statement }) => (isStar(statement) ? [found] : [])))
      return [...wide].flatMap((found) =>
        silentStars(found.template.template, found.resource.position.line).map((line) => ({
          position: { file: found.template.template.file, line, column: 1 },
          message: `${nameOf(found)} grants something on everything and does not say why`,
        })),
      )
    },
  },
  {
    id: 'access/visible-secret',
    title: 'No secret stands where it can be read: in a variable, a parameter, an output or a default',
    requirements: ['COMMON-09', 'PAY-24', 'REC-16', 'STR-16', 'CIT-13'],
    fix: 'hand on the name of the secret and read it where it is used; in tasks use Secrets',
    check: (context) => [
      ...each([], ({ properties }) =>
        leaves(properties)
          .filter(({ path, value }) => /\{\{resolve:(secretsmanager|ssm-secure):/.test(value) && !isHidden(path))
          .map(({ path }) => ({ path, message: `shows a secret in ${path.join('.')}` })),
      )(context),
      ...each(['AWS::Lambda::Function', 'AWS::ECS::TaskDefinition'], ({ properties }) =>
        variables(properties)
          .filter(
            ([name, value]) => /password|passwd|api_?key|token|credential/i.test(name) && !isReference(name, value),
          )
          .map(([name]) => ({ path: ['Environment'], message: `has a secret in the variable ${name}` })),
      )(context),
      ...context.templates.flatMap(({ template }) =>
        Object.entries(template.body.Parameters ?? {})
          .filter(([name, { Default }]) => /(password|secret|apikey|token)$/i.test(name) && text(Default ?? '') !== '')
          .map(([name]) => ({
            position: template.at(['Parameters', name]),
            message: `the parameter ${name} has a secret as its default`,
          })),
      ),
    ],
  },
  {
    id: 'access/trust',
    title: 'No trust policy names a role that another stack or region creates',
    requirements: ['TXN-42'],
    fix: 'trust the account root with a condition on aws:PrincipalArn',
    check: each(['AWS::IAM::Role'], ({ resource, template, properties }) => {
      // IAM refuses a principal that does not exist yet; a role of the same template is made first.
      const own = resource.dependsOn.map((id) => template.resources[id]?.properties['RoleName'])
      return statementsOf(properties['AssumeRolePolicyDocument']).flatMap((statement, index) =>
        (principals(statement)['AWS'] ?? [])
          .filter((who) => /:role\/|:user\/|\.Arn»/.test(who))
          .filter((who) => !own.some((name) => typeof name === 'string' && who.endsWith(`/${name}`)))
          .filter((who) => !resource.dependsOn.some((id) => who.endsWith(`/${id}.Arn»`)))
          .map((who) => ({
            path: ['AssumeRolePolicyDocument', 'Statement', index],
            message: `trusts ${who}, which this stack does not create`,
          })),
      )
    }),
  },
  {
    id: 'access/backup-role',
    title: 'The role of a backup selection may look for resources',
    requirements: ['PAY-09'],
    fix: "allow tag:GetResources on '*' in the role",
    // AWS Backup takes the role on when the selection is made, and tries it.
    check: each(['AWS::Backup::BackupSelection'], ({ properties }, context) => {
      const arn = text(get(properties, 'BackupSelection', 'IamRoleArn'))
      const role = resources(context, 'AWS::IAM::Role').find((it) =>
        arn.endsWith(`/${text(it.properties['RoleName'])}`),
      )
      // A role of somebody else, or one with a policy of AWS, is not judged.
      if (!role || listOf(role.properties['ManagedPolicyArns']).length > 0) return undefined
      const named = (found: Found): boolean =>
        found.resource === role.resource ||
        textsOf(found.properties['Roles']).includes(text(role.properties['RoleName']))
      const actions = grants(context).flatMap(({ found, statement }) =>
        named(found) ? textsOf(statement['Action']) : [],
      )
      return actions.some((action) => /^(\*|tag:(\*|Get\*|GetResources))$/.test(action))
        ? undefined
        : [{ path: ['BackupSelection', 'IamRoleArn'], message: 'has a role that may not call tag:GetResources' }]
    }),
  },
  {
    id: 'access/boundary',
    title: 'Every role takes the permissions boundary that the user may give',
    requirements: ['COMMON-18'],
    fix: 'add PermissionsBoundary from the parameter of that name, or AWS::NoValue when it is empty',
    check: each(['AWS::IAM::Role'], ({ resource, template }) => {
      const written = template.template.body.Resources[resource.logicalId]?.Properties
      return written?.['PermissionsBoundary'] === undefined ? 'takes no PermissionsBoundary' : undefined
    }),
  },
  {
    id: 'access/own-role',
    title: 'Every function has a role of its own',
    requirements: ['COMMON-18', 'TXN-44'],
    fix: 'give each function its own role',
    check: (context) => {
      const seen = new Map<string, string>()
      return resources(context, 'AWS::Lambda::Function').flatMap(({ resource, template, properties, at }) => {
        const key = `${template.region} ${text(properties['Role'])}`
        const first = seen.get(key)
        if (first === undefined) seen.set(key, resource.logicalId)
        return first === undefined
          ? []
          : [{ position: at('Role'), message: `${resource.logicalId} shares its role with ${first}` }]
      })
    },
  },
  {
    id: 'access/secrets',
    title: 'Stacks create no secrets and hold no passwords',
    requirements: ['COMMON-09'],
    fix: 'refer to the existing secret by a dynamic reference, {{resolve:secretsmanager:…}}',
    check: each([], ({ resource, properties }) => {
      if (resource.type === 'AWS::SecretsManager::Secret') return 'creates a secret'
      if (text(get(properties, 'ManageMasterUserPassword')) === 'true') return 'lets RDS create a secret'
      return passwords.flatMap((name) => {
        const value = properties[name]
        return value === undefined || text(value).startsWith('{{resolve:')
          ? []
          : [{ path: [name], message: `holds a password in ${name}` }]
      })
    }),
  },
]
