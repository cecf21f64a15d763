// What the execution role is granted for a system: systems/<name>/rights.yaml, or what its templates need.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { System, Target } from '../core/model.ts'
import { gaps, sentenceOf } from '../rights/gaps.ts'
import { grantedBy } from '../rights/granted.ts'
import { rightsOf } from '../rights/template.ts'
import type { Finding } from '../rules/rule.ts'
import type { TemplateBody } from '../templates/evaluation.ts'
import { loadTemplate } from '../templates/load.ts'
import { resolveSystem, type ResolvedTemplate } from '../templates/resolve.ts'

/** Where the reviewed rights of a system are. */
export const rightsFile = (system: System): string => join(system.folder, 'rights.yaml')

/** The reviewed rights of a system; undefined where nothing was written. */
const written = (system: System): TemplateBody | undefined =>
  existsSync(rightsFile(system)) ? loadTemplate(rightsFile(system)).body : undefined

const generated = ({ system, parameters }: Pick<Target, 'system' | 'parameters'>): TemplateBody =>
  rightsOf(system, parameters).template as unknown as TemplateBody

/** Whether statements grant all that the templates of a target need, as far as it is known. */
const suffices = (templates: ResolvedTemplate[], body: TemplateBody): boolean =>
  gaps(templates, grantedBy(body)).every(({ kind }) => kind !== 'missing')

/**
 * The template of a system's rights: the reviewed one; where there is none, or it lacks what the user's own parameters need,
 * the one that templates and parameters need.
 * @throws DrError exit 2 for a file that does not load, and for rights that do not fit IAM's limits
 */
export function rightsTemplate(target: Target): TemplateBody {
  const body = written(target.system)
  if (!body) return generated(target)
  const isPlain = Object.keys(target.parameters).length === 0
  return isPlain ||
    suffices(
      resolveSystem(target, () => {}),
      body,
    )
    ? body
    : generated(target)
}

/**
 * What the handlers of a system's resources would be refused, as findings; each place once. Parameters of the user count at
 * bootstrap, which grants what they need besides.
 */
export function rightsFindings(target: Target): Finding[] {
  const { system } = target
  const plain = { ...target, parameters: {} }
  const found = new Map<string, Finding>()
  for (const gap of gaps(
    resolveSystem(plain, () => {}),
    grantedBy(rightsTemplate(plain)),
  )) {
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
