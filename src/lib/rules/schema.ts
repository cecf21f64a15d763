// Rules that AWS itself publishes: types, properties, values and regions, by @aws/cloudformation-validate.
// It loads slowly (two seconds, 600 MB), and it follows no conditions: so it is loaded on use, and gets pruned templates.
import type { StandardDiagnostic, Engine, TemplateFile } from '@aws/cloudformation-validate'
import type { Target } from '../core/model.ts'
import { pruned } from '../templates/prune.ts'
import { resolveSystem, type ResolvedTemplate } from '../templates/resolve.ts'
import { hasToken } from '../templates/tokens.ts'
import { text, type Finding } from './rule.ts'

/** Rules of the library that are wrong about good templates of ours, each with its reason. */
const falseAlarms: Record<string, string> = {
  W1011:
    'a password from a parameter: it is the name of the secret in a dynamic reference; access/secrets checks passwords',
  W2501: 'a parameter for a password that is shown: the same name of a secret',
  W2509: 'a parameter called like a secret: it holds a name, which must be seen to be found',
  W2001: 'an unused parameter: the side of a condition that used it has been pruned',
  W9002: 'a literal ARN: it stands in the value that we give for a parameter, not in the template',
  W3002: 'a local path in TemplateURL or Code is what the packager replaces before anything is uploaded',
}

/** Rules about what regions offer, which changes: AWS itself is asked before a deploy, so these only warn. */
const offers = new Set(['E3025', 'E3062'])

let engine: Promise<Engine> | undefined
/** What the engine said, by all that it was asked: systems share templates, and a judgement costs a tenth of a second. */
const judged = new Map<string, StandardDiagnostic[]>()

/**
 * Checks all templates of a target, as each region sees them, against AWS's resource schemas.
 * @param resolved what resolveSystem gave, when the caller has it already
 */
export async function schemaFindings(target: Target, resolved = resolveSystem(target)): Promise<Finding[]> {
  engine ??= import('@aws/cloudformation-validate').then(({ CelEngine }) => new CelEngine())
  const ready = await engine
  const found = new Map<string, Finding>()
  for (const template of resolved) {
    const body = JSON.stringify(pruned(template))
    const parameters = known(template)
    const key = JSON.stringify([template.region, body, parameters])
    const diagnostics =
      judged.get(key) ??
      ready.validateStandard(inMemory(template.template.file, body), {
        severityLevel: 'WARN',
        exclude: { ids: Object.keys(falseAlarms) },
        parameterOverrides: parameters,
        pseudoParameterOverrides: { region: template.region },
      }).diagnostics
    judged.set(key, diagnostics)
    for (const { ruleId, message, severity, entity, propertyPath, suggestedFix } of diagnostics) {
      const position = template.template.at(pathOf(entity, propertyPath))
      const { line, column } = position
      found.set(`${ruleId} ${position.file}:${line}:${column}`, {
        rule: `schema/${ruleId}`,
        severity: severity === 'WARN' || offers.has(ruleId) ? 'warning' : 'error',
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
