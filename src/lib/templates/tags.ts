// CloudFormation's short tags (`!Ref`) as js-yaml tags that construct the long form (`{Ref: ...}`).
import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  type Schema,
  type TagDefinition,
} from 'js-yaml'

type NodeKind = 'scalar' | 'sequence' | 'mapping'

/** What may follow each tag; a tag with anything else is refused with its position. */
const shapes: Record<string, NodeKind[]> = {
  Ref: ['scalar'],
  Condition: ['scalar'],
  GetAtt: ['scalar', 'sequence'],
  Sub: ['scalar', 'sequence'],
  Base64: ['scalar', 'mapping'],
  GetAZs: ['scalar', 'mapping'],
  ImportValue: ['scalar', 'mapping'],
  And: ['sequence'],
  Cidr: ['sequence'],
  Contains: ['sequence'],
  EachMemberEquals: ['sequence'],
  EachMemberIn: ['sequence'],
  Equals: ['sequence'],
  FindInMap: ['sequence'],
  If: ['sequence'],
  Join: ['sequence'],
  Not: ['sequence'],
  Or: ['sequence'],
  Select: ['sequence'],
  Split: ['sequence'],
}

/** `!Sub` → `Fn::Sub`, `!Ref` → `Ref`; undefined for a tag that is not CloudFormation's. */
export function longName(tag: string): string | undefined {
  const name = tag.replace(/^!/, '')
  if (!Object.hasOwn(shapes, name)) return undefined
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`
}

const scalarTag = (name: string, long: string): TagDefinition =>
  defineScalarTag(`!${name}`, {
    // CloudFormation splits `!GetAtt Nested.Outputs.VpcId` at the first dot only.
    resolve: (source) => ({ [long]: name === 'GetAtt' ? source.split(/\.(.*)/s, 2) : source }),
    identify: () => false,
  })

const sequenceTag = (name: string, long: string): TagDefinition =>
  defineSequenceTag(`!${name}`, {
    create: (): unknown[] => [],
    addItem: (items, item) => void items.push(item),
    finalize: (items) => ({ [long]: items }),
    identify: () => false,
  })

const mappingTag = (name: string, long: string): TagDefinition =>
  defineMappingTag(`!${name}`, {
    create: (): Record<string, unknown> => ({}),
    addPair: (pairs, key, value) => {
      pairs[String(key)] = value
      return ''
    },
    has: (pairs, key) => Object.hasOwn(pairs, String(key)),
    keys: (result: Record<string, Record<string, unknown>>) => Object.keys(result[long] ?? {}),
    get: (result, key) => result[long]?.[String(key)],
    finalize: (pairs) => ({ [long]: pairs }),
    identify: () => false,
  })

const builders = { scalar: scalarTag, sequence: sequenceTag, mapping: mappingTag }

/** YAML 1.2 core plus CloudFormation's tags. Dates stay strings, which policy versions need. */
export const templateSchema: Schema = CORE_SCHEMA.withTags(
  Object.entries(shapes).flatMap(([name, kinds]) => kinds.map((kind) => builders[kind](name, longName(name) ?? name))),
)
