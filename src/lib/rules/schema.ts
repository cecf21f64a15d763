// Rules that AWS itself publishes: types, properties, values and regions, by @aws/cloudformation-validate.
// It loads slowly (two seconds, 600 MB), and it follows no conditions: so it is loaded on use, and gets pruned templates.
import type { Engine, TemplateFile } from '@aws/cloudformation-validate'
import type { Target } from '../model.ts'
import { pruned } from '../templates/prune.ts'
import { resolveSystem, type ResolvedTemplate } from '../templates/resolve.ts'
import { hasToken } from '../templates/tokens.ts'
import { text, type Finding } from './rule.ts'

let engine: Promise<Engine> | undefined

/**
 * Checks all templates of a target, as each region sees them, against AWS's resource schemas.
 * @param resolved what resolveSystem gave, when the caller has it already
 */
export async function schemaFindings(target: Target, resolved = resolveSystem(target)): Promise<Finding[]> {
  engine ??= import('@aws/cloudformation-validate').then(({ CelEngine }) => new CelEngine())
  const ready = await engine
  const checked = new Set<string>()
  const found = new Map<string, Finding>()
  for (const template of resolved) {
    const body = JSON.stringify(pruned(template))
    const parameters = known(template)
    const key = JSON.stringify([template.region, body, parameters])
    if (checked.has(key)) continue
    checked.add(key)
    const report = ready.validateStandard(inMemory(template.template.file, body), {
      severityLevel: 'ERROR',
      parameterOverrides: parameters,
      pseudoParameterOverrides: { region: template.region },
    })
    for (const { ruleId, message, entity, propertyPath, suggestedFix } of report.diagnostics) {
      const position = template.template.at(pathOf(entity, propertyPath))
      const { line, column } = position
      found.set(`${ruleId} ${position.file}:${line}:${column}`, {
        rule: `schema/${ruleId}`,
        severity: 'error',
        message: `${entity?.logicalId ?? 'the template'}: ${message} (${template.region})`,
        position,
        fix: suggestedFix ?? 'see the documentation of the resource type',
        requirements: ['COMMON-23'],
      })
    }
  }
  return [...found.values()]
}

/** Parameter values that are known before anything exists. */
function known({ parameters }: ResolvedTemplate): Record<string, string> {
  const texts = Object.entries(parameters).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(text).join(',') : text(value),
  ])
  return Object.fromEntries(texts.filter(([, value]) => value !== undefined && !hasToken(value)))
}

/** The library reads a template through this; ours is pruned and exists in memory only. */
const inMemory = (path: string, body: string): TemplateFile => ({ path, readBytes: () => Buffer.from(body) })

const sections: Record<string, string> = { Resource: 'Resources', Parameter: 'Parameters', Output: 'Outputs' }

function pathOf(entity: { logicalId: string; entityType: string } | undefined, property = ''): (string | number)[] {
  if (!entity) return []
  const parts = property.split(/[./]/).filter((part) => part !== '')
  const section = sections[entity.entityType] ?? 'Resources'
  const inner = parts[0] === section ? parts.slice(2) : parts
  return [section, entity.logicalId, ...inner]
}
