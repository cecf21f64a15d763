// Rules: everyone may do what is needed and no more, and secrets stay outside.
import type { Value } from '../model.ts'
import { grants, principals, statementsOf, type Grant } from './policies.ts'
import { each, get, resources, textsOf, type Rule, type Violation, text } from './rule.ts'

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
  /^xray:(PutTraceSegments|PutTelemetryRecords|GetSampling.*)$/,
]

const isStar = (statement: Record<string, Value>): boolean => textsOf(statement['Resource']).includes('*')

const perGrant =
  (check: (grant: Grant) => string | undefined): Rule['check'] =>
  (context) =>
    grants(context).flatMap((grant): Violation[] => {
      const message = check(grant)
      return message === undefined ? [] : [{ position: grant.found.at(...grant.path), message }]
    })

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
