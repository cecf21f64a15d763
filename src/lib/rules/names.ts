// Rules: many environments live side by side, so every name carries the suffix and nothing is fixed.
import { join } from 'node:path'
import type { Position, Value } from '../core/model.ts'
import { oncePerBody } from '../templates/once.ts'
import { references } from '../templates/references.ts'
import { namingProperties } from './naming.ts'
import { each, get, listOf, resources, type Context, type Rule, type Violation, text } from './rule.ts'

/** Types whose tag `Name` is what people see, and where their tags are. */
const tagged: Record<string, string> = {
  'AWS::EC2::VPC': 'Tags',
  'AWS::EC2::Subnet': 'Tags',
  'AWS::EC2::RouteTable': 'Tags',
  'AWS::EC2::NatGateway': 'Tags',
  'AWS::EC2::VPCPeeringConnection': 'Tags',
  'AWS::EFS::FileSystem': 'FileSystemTags',
  'AWS::Route53::HealthCheck': 'HealthCheckTags',
}

/** Types that stack tags do not reach, and where their own tags are. */
const ownTags: Record<string, string> = {
  'AWS::EFS::FileSystem': 'FileSystemTags',
  'AWS::Route53::HostedZone': 'HostedZoneTags',
  'AWS::Route53::HealthCheck': 'HealthCheckTags',
  'AWS::Backup::BackupVault': 'BackupVaultTags',
}

/** Types whose names are unique in the account or the world, not in a region. */
const global = new Set([
  'AWS::CloudFront::Distribution',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'AWS::IAM::User',
  'AWS::RDS::DBCluster',
  'AWS::RDS::GlobalCluster',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
])

/** The value of a tag, whether tags are a list or a mapping. */
function tag(tags: Value | undefined, key: string): Value | undefined {
  const entry = listOf(tags).find((item) => get(item, 'Key') === key)
  return entry === undefined ? get(tags, key) : get(entry, 'Value')
}

/** Strings as they are written in templates, with their paths; descriptions and patterns are for readers. */
function* written(value: unknown, path: (string | number)[] = []): Generator<[string, (string | number)[]]> {
  if (typeof value === 'string') yield [value, path]
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (/^(Description|AlarmDescription|GroupDescription|ConstraintDescription|AllowedPattern|Metadata)$/.test(key))
        continue
      yield* written(item, [...path, Array.isArray(value) ? Number(key) : key])
    }
  }
}

const allWritten = oncePerBody((body) => [...written(body)])

/** Each template file once, whatever its roles. */
const literal =
  (pattern: RegExp, message: (match: string) => string): Rule['check'] =>
  ({ templates }: Context) => {
    const files = new Map(templates.map(({ template }) => [template.file, template]))
    return [...files.values()].flatMap(({ body, at }) =>
      allWritten(body).flatMap(([text, path]): Violation[] => {
        const match = path[0] === 'AWSTemplateFormatVersion' ? null : pattern.exec(text)
        return match ? [{ position: at(path), message: message(match[0]) }] : []
      }),
    )
  }

/** A name, and the resource that takes it; equal keys cannot both exist. */
interface Claim {
  key: string
  name: string
  owner: string
  position: () => Position
}

/** All names that must be unique, each in its scope: a region, or everywhere. */
export function claims(context: Pick<Context, 'templates'>): Claim[] {
  return resources(context).flatMap(({ resource, template, properties, at }) =>
    namingProperties(resource.type).flatMap((property): Claim[] => {
      const name = properties[property]
      if (typeof name !== 'string') return []
      const scope = global.has(resource.type) ? 'everywhere' : template.region
      const owner = [`${template.stage}.${template.role}`, ...template.path, resource.logicalId].join('/')
      const key = `${scope} ${resource.type} ${property} ${name}`
      return [{ key, name, owner, position: () => at(property) }]
    }),
  )
}

export const names: Rule[] = [
  {
    id: 'names/suffix',
    title: 'Every name carries the environment suffix',
    requirements: ['COMMON-01', 'COMMON-03', 'TXN-11', 'TXN-16', 'TXN-27', 'TXN-47'],
    fix: "build the name with !Sub '…-${EnvironmentSuffix}'",
    check: each([], ({ resource, properties }, { target: { suffix } }) => {
      const fixed = namingProperties(resource.type)
        .map((name) => [name, properties[name]] as const)
        .filter(([, value]) => typeof value === 'string' && !value.includes(suffix))
        .map(([name, value]) => ({ path: [name], message: `has ${name} ${text(value)}, without the suffix` }))
      const tags = tagged[resource.type]
      if (tags === undefined || text(tag(properties[tags], 'Name')).includes(suffix)) return fixed
      return [...fixed, { path: [tags], message: 'has no tag Name with the suffix' }]
    }),
  },
  {
    id: 'names/own-tags',
    title: 'What stack tags do not reach is tagged with the suffix by its own property',
    requirements: ['COMMON-02', 'COMMON-20'],
    fix: 'add a tag EnvironmentSuffix',
    check: each([...Object.keys(ownTags), 'AWS::DynamoDB::GlobalTable'], ({ resource, properties }, { target }) => {
      const own = ownTags[resource.type]
      const places = own
        ? [[own, properties[own]] as const]
        : listOf(properties['Replicas']).map((replica) => ['Replicas', get(replica, 'Tags')] as const)
      return places
        .filter(([, tags]) => tag(tags, 'EnvironmentSuffix') !== target.suffix)
        .map(([path]) => ({ path: [path], message: 'has no tag EnvironmentSuffix' }))
    }),
  },
  {
    id: 'names/classified',
    title: 'Everything is tagged with the kind of data that it holds',
    requirements: ['COMMON-02', 'COMMON-20', 'REC-04', 'STR-04', 'CIT-06'],
    fix: 'add DataClassification to the tags in system.yaml',
    check: ({ target, templates }) =>
      target.system.tags['DataClassification'] || !templates[0]
        ? []
        : [
            {
              position: { file: join(target.system.folder, 'system.yaml'), line: 1, column: 1 },
              message: `${target.system.name} does not say what kind of data it holds`,
            },
          ],
  },
  {
    id: 'names/environment',
    title: 'No name says which environment it is for',
    requirements: ['COMMON-10'],
    fix: 'leave that to the suffix',
    check: literal(/\b(prod|dev|stage|production|development|staging)-/, (match) => `names the environment "${match}"`),
  },
  {
    id: 'names/account',
    title: 'No account id is written into a template',
    requirements: ['COMMON-11'],
    fix: 'use AWS::AccountId',
    check: literal(/(?<!\d)\d{12}(?!\d)/, (match) => `holds the account id ····${match.slice(-4)}`),
  },
  {
    id: 'names/partition',
    title: 'No ARN is bound to one partition',
    requirements: ['COMMON-11', 'COMMON-26'],
    fix: 'write arn:${AWS::Partition}:…, or use Ref and GetAtt',
    check: literal(/\barn:aws(-cn|-us-gov)?:/, (match) => `holds a literal ${match}`),
  },
  {
    id: 'names/region',
    title: 'No region is written into a template',
    requirements: ['COMMON-12'],
    fix: 'use AWS::Region, or a parameter that system.yaml fills',
    check: literal(
      /\b(us|eu|ap|ca|sa|me|af|il|mx|cn)-(gov-)?(north|south|east|west|central)(north|south|east|west)?-\d\b/,
      (match) => `names the region ${match}`,
    ),
  },
  {
    id: 'names/export',
    title: 'No output is exported: exports have one name per region, and bind stacks to each other',
    requirements: ['COMMON-03'],
    fix: 'hand the value on as a stage input',
    check: ({ templates }) =>
      templates.flatMap(({ template }) =>
        Object.entries(template.body.Outputs ?? {})
          .filter(([, output]) => 'Export' in output)
          .map(([name]) => ({ position: template.at(['Outputs', name]), message: `exports the output ${name}` })),
      ),
  },
  {
    id: 'names/unused-parameter',
    title: 'Every parameter is used',
    requirements: ['COMMON-21', 'COMMON-23'],
    fix: 'take it out, and what is given to it',
    check: ({ templates }) => {
      const files = new Map(templates.map(({ template }) => [template.file, template]))
      return [...files.values()].flatMap(({ body, at }): Violation[] => {
        const { Parameters: declared = {}, ...rest } = body
        const used = new Set(references(rest as unknown as Value).map(({ name }) => name))
        return Object.keys(declared)
          .filter((name) => !used.has(name))
          .map((name) => ({ position: at(['Parameters', name]), message: `the parameter ${name} is not used` }))
      })
    },
  },
  {
    id: 'names/collision',
    title: 'No two resources of a system claim the same name, in one region or, where names are global, in two',
    requirements: ['COMMON-03', 'TXN-15'],
    fix: 'add ${AWS::Region} or the role to the name, or create it in one role only',
    check: (context) => {
      const owners = new Map<string, string>()
      return claims(context).flatMap(({ key, name, owner, position }): Violation[] => {
        const first = owners.get(key)
        if (first === undefined) owners.set(key, owner)
        return first === undefined
          ? []
          : [{ position: position(), message: `${owner} and ${first} both claim the name ${name}` }]
      })
    },
  },
]
