// `dr validate`: everything about a system that can be known to be wrong without asking AWS.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DrError, type ExitCode, place } from '../core/errors.ts'
import type { Target } from '../core/model.ts'
import { access } from '../rules/access.ts'
import { alarms } from '../rules/alarms.ts'
import { availability } from '../rules/availability.ts'
import { continuity } from '../rules/continuity.ts'
import { controlsOf } from '../rules/controls.ts'
import { encryption } from '../rules/encryption.ts'
import { exposure } from '../rules/exposure.ts'
import { lifecycle } from '../rules/lifecycle.ts'
import { logging } from '../rules/logging.ts'
import { names } from '../rules/names.ts'
import { network } from '../rules/network.ts'
import { quotas } from '../rules/quotas.ts'
import type { Context, Finding, Rule } from '../rules/rule.ts'
import { runbooks } from '../rules/runbooks.ts'
import { schemaFindings } from '../rules/schema.ts'
import { transit } from '../rules/transit.ts'
import { wiring } from '../rules/wiring.ts'
import { localReference } from '../templates/package.ts'
import { rightsFindings } from './rights.ts'
import { resolveSystem, type Fault, type ResolvedTemplate } from '../templates/resolve.ts'

export type { Finding } from '../rules/rule.ts'
export { schemaFindings } from '../rules/schema.ts'

/** All rules, one table per concern. */
export const rules: Rule[] = [
  ...wiring,
  ...availability,
  ...names,
  ...encryption,
  ...transit,
  ...continuity,
  ...exposure,
  ...access,
  ...lifecycle,
  ...logging,
  ...alarms,
  ...network,
  ...quotas,
  ...runbooks,
]

/**
 * Checks a target with all rules for every region and role, and its templates against AWS's schemas.
 * @returns findings in the order of files and lines; none when all is well
 * @throws DrError exit 2: files that do not load, parameters that do not fit
 */
export async function validate(target: Target): Promise<Finding[]> {
  const context = contextOf(target)
  const isSound = context.faults.every(({ kind }) => kind !== 'value')
  const found = [...check(context), ...(isSound ? rightsFindings(target) : [])]
  // A template that cannot be evaluated gives the schemas nothing to judge but the same fault again.
  return found.some(({ rule }) => rule.startsWith('wiring/'))
    ? sorted(found)
    : sorted([...found, ...(await schemaFindings(target))])
}

/**
 * Checks with dr's own rules; pure but for reading the files.
 * @param resolved what resolveSystem gave, when the caller has it already
 */
export function ruleFindings(target: Target, resolved?: ResolvedTemplate[]): Finding[] {
  return check(contextOf(target, resolved))
}

/** Throws DrError exit 2 with all findings that are errors, if there are any: the user's choices first, which broke the rest. */
export function refuseFindings(findings: Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const choices = errors.filter(({ way }) => way !== undefined)
  if (choices.length > 0) {
    const once = (texts: string[]): string => [...new Set(texts)].join('\n')
    const message = once(choices.map((it) => `${it.message} (${it.rule})`))
    throw new DrError('BadChoice', 2, `${message}\nnothing was changed`, once(choices.map(({ way = '' }) => way)))
  }
  if (errors.length === 0) return
  const lines = errors.map(({ position, rule, message, fix }) => `${place(position)}: ${message} (${rule}); ${fix}`)
  const hint = 'correct the templates; dr validate shows the findings without touching anything'
  throw new DrError('InvalidTemplates', 2, lines.join('\n'), hint)
}

/** What the rules look at. Throws as validate. */
export function contextOf(target: Target, resolved?: ResolvedTemplate[]): Context {
  const faults: Fault[] = []
  const templates = resolved ?? resolveSystem(target, (fault) => faults.push(fault))
  return { target, templates, faults, sources: sourcesOf(templates) }
}

/**
 * Pure: applies all rules; a finding that several roles share is told once.
 * Templates that cannot be evaluated are judged by the wiring rules alone: the others would see them half.
 */
export function check(context: Context): Finding[] {
  const found = new Map<string, Finding>()
  const sound = context.faults.every(({ kind }) => kind !== 'value')
  for (const { id: rule, fix, requirements, check: broken } of sound ? rules : wiring) {
    for (const violation of broken(context)) {
      const key = `${rule} ${place(violation.position)}`
      const finding: Finding = { rule, severity: 'error', ...violation, fix, requirements, controls: controlsOf(rule) }
      if (!found.has(key)) found.set(key, finding)
    }
  }
  return sorted([...found.values()])
}

const sorted = (findings: Finding[]): Finding[] =>
  findings.sort(
    (a, b) =>
      a.position.file.localeCompare(b.position.file) ||
      a.position.line - b.position.line ||
      a.position.column - b.position.column ||
      a.rule.localeCompare(b.rule),
  )

/** The TypeScript files of all functions that the templates refer to, tests left out. */
function sourcesOf(templates: ResolvedTemplate[]): Context['sources'] {
  const folders = new Set<string>()
  for (const { template } of templates) {
    for (const { Type, Properties = {} } of Object.values(template.body.Resources)) {
      const local = localReference(Type, Properties)
      if (local?.property === 'Code') folders.add(resolve(dirname(template.file), local.path))
    }
  }
  return [...folders]
    .sort()
    .flatMap((folder) => (existsSync(folder) && statSync(folder).isDirectory() ? read(folder) : []))
}

const read = (folder: string): Context['sources'] =>
  readdirSync(folder)
    .filter((name) => /(?<!\.test)\.[cm]?[jt]s$/.test(name))
    .sort()
    .map((name) => ({ file: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }))

export interface Validated {
  exit: ExitCode
  systems: { name: string; regions: string[]; stages: number; findings: Finding[] }[]
}
