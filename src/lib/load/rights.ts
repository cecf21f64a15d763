// What the execution role is granted for a system: systems/<name>/rights.yaml, or what its templates need.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { System } from '../core/model.ts'
import { gaps, sentenceOf } from '../rights/gaps.ts'
import { grantedBy } from '../rights/granted.ts'
import { rightsOf } from '../rights/template.ts'
import type { Finding } from '../rules/rule.ts'
import type { TemplateBody } from '../templates/evaluation.ts'
import { loadTemplate } from '../templates/load.ts'
import type { ResolvedTemplate } from '../templates/resolve.ts'

/** Where the reviewed rights of a system are. */
export const rightsFile = (system: System): string => join(system.folder, 'rights.yaml')

/**
 * The template of a system's rights: the reviewed one, or where there is none, the one that its templates need.
 * @throws DrError exit 2 for a file that does not load, and for rights that do not fit IAM's limits
 */
export const rightsTemplate = (system: System): TemplateBody =>
  existsSync(rightsFile(system))
    ? loadTemplate(rightsFile(system)).body
    : (rightsOf(system).template as unknown as TemplateBody)

/** What the handlers of a target's resources would be refused, as findings; each place once. */
export function rightsFindings(system: System, templates: ResolvedTemplate[]): Finding[] {
  const found = new Map<string, Finding>()
  for (const gap of gaps(templates, grantedBy(rightsTemplate(system)))) {
    const { position } = gap
    const key = `${position.file} ${position.line}`
    const base = { position, requirements: [] }
    const finding: Finding =
      gap.kind === 'missing'
        ? {
            ...base,
            rule: 'rights/missing',
            severity: 'error',
            message: sentenceOf(gap),
            fix: `write the rights anew: dr rights execution --system ${system.name} --write; then let an administrator run dr bootstrap`,
          }
        : {
            ...base,
            rule: 'rights/unknown-type',
            severity: 'warning',
            message: `${gap.path}: the rights that ${gap.type} needs are not checked, nothing is known of them`,
            fix: `see what its handlers call: aws cloudformation describe-type --type RESOURCE --type-name ${gap.type}`,
          }
    if (!found.has(key)) found.set(key, finding)
  }
  return [...found.values()]
}
