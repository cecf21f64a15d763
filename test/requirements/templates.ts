// The world as the templates ask for it: every system resolved for all of its regions, before anything exists.
import { fileURLToPath } from 'node:url'
import type { Scale, System, Target, Value } from '../../src/lib/core/model.ts'
import { environmentTags } from '../../src/lib/plan/wanted.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { knownAttribute } from '../../src/lib/templates/attributes.ts'
import { placeholderAccount, resolveSystem, type ResolvedTemplate } from '../../src/lib/templates/resolve.ts'
import { tokenSource } from '../../src/lib/templates/tokens.ts'
import { get, list, type Item, type Side, type World } from './world.ts'

export const templatesFolder = fileURLToPath(new URL('../../cfn', import.meta.url))

export interface TemplateWorld extends World {
  target: Target
  system: System
  templates: ResolvedTemplate[]
}

/** Names of the systems that exist. */
export const builtSystems = (): string[] => systemNames(templatesFolder)

/** A system resolved as a user would deploy it; throws what `dr validate` would say first. */
export function templateWorld(name: string, choice: Partial<Omit<Target, 'system'>> = {}) {
  const system = loadSystem(templatesFolder, name)
  const { suffix = 'pr123', scale = 'small' satisfies Scale, regions = system.regions, parameters = {} } = choice
  const target: Target = { system, suffix, regions, scale, parameters }
  return worldOf(target, resolveSystem(target))
}

function worldOf(target: Target, templates: ResolvedTemplate[]): TemplateWorld {
  const { system, suffix, regions } = target
  const root = (stage: string, role: string) =>
    templates.find((it) => it.stage === stage && it.role === role && it.path.length === 0)
  const outputs = system.stages
    .flatMap((stage) => stage.outputs)
    .map(({ key, from }) => [key, root(from.stage, from.role)?.outputs[from.output]])
    .filter(([, value]) => value !== undefined)
  return {
    target,
    system,
    templates,
    suffix,
    account: placeholderAccount,
    sides: regions.standalone === undefined ? ['primary', 'failover'] : ['primary'],
    regions: { primary: regions.primary ?? regions.standalone ?? '', failover: regions.failover ?? '' },
    outputs: Object.fromEntries(outputs) as Record<string, string>,
    items: templates.flatMap((template) => itemsOf(template, environmentTags(target))),
  }
}

function itemsOf(template: ResolvedTemplate, stackTags: Record<string, string>): Item[] {
  const side: Side = template.role === 'failover' ? 'failover' : 'primary'
  const place = { partition: 'aws', region: template.region, account: placeholderAccount }
  return Object.values(template.resources)
    .filter(({ type }) => type !== 'AWS::CloudFormation::Stack')
    .map(({ logicalId, type, properties }) => {
      const name = [`${template.stage}.${template.role}`, ...template.path, logicalId].join('/')
      const own = list(properties, 'Tags').map((tag) => [get(tag, 'Key'), get(tag, 'Value')])
      // What Ref and the attributes for ARNs give where the name decides it; elsewhere a token names its source.
      const attributes = [undefined, 'Arn', 'TopicArn', 'BackupVaultArn', 'DBClusterArn', 'DBInstanceArn']
      const known = new Set(
        attributes.map((attribute) => knownAttribute(type, attribute, (property) => properties[property], place)),
      )
      return {
        type,
        side,
        name,
        properties,
        tags: { ...stackTags, ...Object.fromEntries(own) },
        is: (value: Value | undefined) => value !== undefined && (known.has(value) || isToken(value, name)),
      }
    })
}

const isToken = (value: Value, name: string): boolean => {
  const source = typeof value === 'string' ? tokenSource(value) : undefined
  return source === name || (source?.startsWith(`${name}.`) ?? false)
}
