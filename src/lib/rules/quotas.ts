// Rules: nothing exceeds what CloudFormation and the services accept.
// Source: CloudFormation User Guide, "Understand CloudFormation quotas".
import type { Position } from '../core/model.ts'
import { stackSetName } from '../core/names.ts'
import type { ResolvedTemplate } from '../templates/resolve.ts'
import { hasToken } from '../templates/tokens.ts'
import { longestName, namingProperties } from './naming.ts'
import { each, get, listOf, nameOf, resources, type Context, type Rule, type Violation, text } from './rule.ts'

const bytes = (text: string): number => Buffer.byteLength(text)

/** One violation per template file whose measure exceeds the limit. */
const perFile =
  (limit: number, what: string, measure: (template: ResolvedTemplate['template']) => number): Rule['check'] =>
  ({ templates }: Context) => {
    const files = new Map(templates.map(({ template }) => [template.file, template]))
    return [...files.values()].flatMap((template): Violation[] => {
      const size = measure(template)
      return size > limit ? [{ position: template.at([]), message: `has ${size} ${what}, ${limit} is the most` }] : []
    })
  }

const section = (name: 'Parameters' | 'Outputs' | 'Mappings', limit: number): Rule['check'] =>
  perFile(limit, name.toLowerCase(), ({ body }) => Object.keys(body[name] ?? {}).length)

/**
 * How long policies may be, in characters without white space; tokens stand for ARNs of about their length.
 * Source: "IAM and AWS STS quotas", and the quota pages of S3, KMS, SNS and SQS.
 */
const longest: [type: string, property: string, characters: number][] = [
  ['AWS::IAM::ManagedPolicy', 'PolicyDocument', 6_144],
  ['AWS::IAM::Role', 'AssumeRolePolicyDocument', 2_048],
  ['AWS::KMS::Key', 'KeyPolicy', 32_768],
  ['AWS::S3::BucketPolicy', 'PolicyDocument', 20_480],
  ['AWS::SNS::TopicPolicy', 'PolicyDocument', 30_720],
  ['AWS::EFS::FileSystem', 'FileSystemPolicy', 20_000],
]

export const quotas: Rule[] = [
  {
    id: 'quotas/template-size',
    title: 'A template has at most 1 MB',
    requirements: ['COMMON-23'],
    fix: 'split it into nested templates',
    check: perFile(1_000_000, 'bytes', ({ body }) => bytes(JSON.stringify(body))),
  },
  {
    id: 'quotas/sections',
    title: 'A template has at most 200 parameters, 200 outputs and 200 mappings',
    requirements: ['COMMON-23'],
    fix: 'split it into nested templates',
    check: (context) => [
      ...section('Parameters', 200)(context),
      ...section('Outputs', 200)(context),
      ...section('Mappings', 200)(context),
    ],
  },
  {
    id: 'quotas/resources',
    title: 'A template has at most 500 resources, a stack with all its nested stacks 2,500',
    requirements: ['COMMON-23'],
    fix: 'split it into nested templates, or into stages',
    check: (context) => [
      ...perFile(500, 'resources', ({ body }) => Object.keys(body.Resources).length)(context),
      ...context.templates
        .filter(({ path }) => path.length === 0)
        .flatMap((root): Violation[] => {
          const family = context.templates.filter(({ stage, role }) => stage === root.stage && role === root.role)
          const total = family.reduce((sum, { resources }) => sum + Object.keys(resources).length, 0)
          const message = `has ${total} resources with its nested stacks, 2500 is the most`
          return total > 2500 ? [{ position: root.template.at([]), message }] : []
        }),
    ],
  },
  {
    id: 'quotas/dynamic-references',
    title: 'A template has at most 60 dynamic references',
    requirements: ['COMMON-23'],
    fix: 'split it into nested templates',
    check: perFile(60, 'dynamic references', ({ body }) => (JSON.stringify(body).match(/\{\{resolve:/g) ?? []).length),
  },
  {
    id: 'quotas/policy-size',
    title: 'Policies are as short as AWS wants them',
    requirements: ['COMMON-18', 'COMMON-23'],
    fix: 'name fewer things, or use a pattern of names',
    check: (context) => [
      ...longest.flatMap(([type, property, limit]) =>
        each([type], ({ properties }) => {
          const size = properties[property] === undefined ? 0 : JSON.stringify(properties[property]).length
          return size > limit
            ? [{ path: [property], message: `has a policy of ${size} characters, ${limit} is the most` }]
            : undefined
        })(context),
      ),
      ...each(['AWS::IAM::Role'], ({ properties }) => {
        const documents = listOf(properties['Policies']).map((policy) =>
          JSON.stringify(get(policy, 'PolicyDocument') ?? ''),
        )
        const size = documents.join('').length
        return size > 10_240
          ? [{ path: ['Policies'], message: `has policies of ${size} characters in all, 10240 is the most` }]
          : undefined
      })(context),
    ],
  },
  {
    id: 'quotas/value-size',
    title: 'A parameter value has at most 4,096 bytes',
    requirements: ['COMMON-23'],
    fix: 'hand on less, or a name from which the rest follows',
    check: ({ templates }) =>
      templates.flatMap(({ template, parameters }) =>
        Object.entries(parameters)
          .map(([name, value]) => [name, bytes(listOf(value).map(text).join(','))] as const)
          .filter(([, size]) => size > 4096)
          .map(([name, size]) => ({
            position: template.at(['Parameters', name]),
            message: `the parameter ${name} gets ${size} bytes`,
          })),
      ),
  },
  {
    id: 'quotas/name-length',
    title: 'Names fit with this suffix',
    requirements: ['COMMON-01'],
    fix: 'choose a shorter suffix, or a shorter name in the template',
    check: (context) => {
      const { system, suffix } = context.target
      const [tightest] = lengths(context).sort((a, b) => a.room - b.room)
      if (!tightest || tightest.room >= suffix.length) return []
      const { what, name, limit, room, position } = tightest
      const message =
        `with the suffix "${suffix}" ${what} has a name of ${name.length} characters, ${limit} is the most: ${name};` +
        ` no other name of ${system.name} is tighter`
      const way = `choose a suffix of at most ${room} character${room === 1 ? '' : 's'}: every name fits with it`
      return [{ position: position(), message, ...(room > 0 ? { way } : {}) }]
    },
  },
]

interface Length {
  what: string
  name: string
  limit: number
  /** The longest suffix with which the name fits. */
  room: number
  position: () => Position
}

/** All names that carry the suffix and may not be of any length. */
function lengths(context: Context): Length[] {
  const { system, suffix } = context.target
  const measured = (what: string, name: string, limit: number, position: () => Position): Length[] => {
    const times = name.split(suffix).length - 1
    if (hasToken(name) || times === 0) return []
    const room = Math.floor((limit - name.length) / times) + suffix.length
    return [{ what, name, limit, room, position }]
  }
  const own = resources(context, ...Object.keys(longestName)).flatMap((found) =>
    namingProperties(found.resource.type).flatMap((property) =>
      measured(
        `${nameOf(found)} (${found.resource.type})`,
        text(found.properties[property] ?? ''),
        longestName[found.resource.type] ?? Infinity,
        () => found.at(property),
      ),
    ),
  )
  const sets = context.templates
    .filter(({ path }) => path.length === 0)
    .flatMap(({ stage, template }) =>
      measured(`the stack set of ${stage}`, stackSetName(system.name, stage, suffix), 128, () => template.at([])),
    )
  return [...own, ...sets]
}
