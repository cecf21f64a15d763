// Rights of the execution role. Two judges: what the simulator asks for each resource that a system can have, and for its
// stacks; and the permissions that AWS's resource schemas list for the types in use.
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { rightsFile } from '../../src/lib/load/rights.ts'
import type { System } from '../../src/lib/core/model.ts'
import { allows, fits, grantedBy } from '../../src/lib/rights/granted.ts'
import { account, needsOfUsed } from '../../src/lib/rights/grants.ts'
import type { Need } from '../../src/lib/rights/needs.ts'
import type { Statement } from '../../src/lib/rights/statements.ts'
import { used } from '../../src/lib/rights/used.ts'
import type { TemplateBody } from '../../src/lib/templates/evaluation.ts'
import { loadTemplate } from '../../src/lib/templates/load.ts'
import { placeholderAccount } from '../../src/lib/templates/resolve.ts'
import { listeners } from '../../src/simulator/rights/policies.ts'
import { permissionsOf } from '../rights/registry.ts'
import { systems, withEverything } from '../simulator/rights/deployed.ts'
import type { Mutant, Part, Reason } from './rights.ts'

type Question = Pick<Need, 'action' | 'on' | 'context'>

/** Statements with one thing less: a whole statement, an action, a resource, or a value of a condition. */
export function fewer(statements: Statement[]): { taken: string; left: Statement[] }[] {
  return statements.flatMap((statement, at) => {
    const { actions, resources, context } = statement
    const others = statements.filter((_, index) => index !== at)
    const where = `of statement ${at + 1} (${actions.slice(0, 3).join(', ')}${actions.length > 3 ? ', …' : ''})`
    const without = <T>(all: T[], one: T): T[] => all.filter((it) => it !== one)
    return [
      { taken: `statement ${at + 1} (${actions.join(', ')} on ${resources.join(', ')})`, left: others },
      ...actions.map((action) => ({
        taken: `action ${action} ${where}`,
        left: [...others, { ...statement, actions: without(actions, action) }],
      })),
      ...resources.map((resource) => ({
        taken: `resource ${resource} ${where}`,
        left: [...others, { ...statement, resources: without(resources, resource) }],
      })),
      ...Object.entries(context).flatMap(([key, values]) =>
        values.map((value) => ({
          taken: `${key} ${value} ${where}`,
          left: [...others, { ...statement, context: { ...context, [key]: without(values, value) } }],
        })),
      ),
    ]
  })
}

const inAccount = (text: string): string =>
  text
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll(account, placeholderAccount)
    .replaceAll(/«[^«»]*»/g, '*')

/** What the simulator asks at the create, update or delete of any resource that the system can have. */
function ofResources(system: System): Question[] {
  const found = new Map<string, Question>()
  for (const one of used(system))
    for (const { action, on, context } of needsOfUsed(one) ?? []) {
      const values = Object.entries(context).map(([key, value]) => [key, inAccount(value)] as const)
      const question = { action, on: inAccount(on), context: Object.fromEntries(values) }
      found.set(JSON.stringify(question), question)
    }
  return [...found.values()]
}

/** What was asked of the execution role about stacks and what they are made from, in a first deploy of each system. */
async function ofStacks(): Promise<Question[]> {
  const found = new Map<string, Question>()
  const note: Parameters<typeof listeners.add>[0] = ({ role, action, resource, context }) => {
    if (role === 'dr-execution' && /^(cloudformation|s3):/.test(action) && !resource.includes(':::documents'))
      found.set(`${action} ${resource}`, { action, on: resource, context })
  }
  listeners.add(note)
  for (const system of systems) await withEverything(system)
  listeners.delete(note)
  return [...found.values()]
}

/** Whether a permission that the schemas list for a type in use is no longer granted at all. */
function missesPermission(types: string[], before: Statement[], left: Statement[]): boolean {
  const grants = (statements: Statement[], permission: string): boolean =>
    statements.some(({ actions }) => actions.some((pattern) => fits(pattern.toLowerCase(), permission)))
  const listed = new Set(types.flatMap((type) => [...permissionsOf(type).keys()]))
  return [...listed].some((permission) => grants(before, permission) && !grants(left, permission))
}

/** Each mutant of some statements, judged by the questions and by the schemas of the types. */
export const mutantsOf = (name: string, statements: Statement[], questions: Question[], types: string[]): Mutant[] => {
  const answered = questions.filter((it) => allows(statements, it))
  return fewer(statements).map(({ taken, left }) => ({
    subject: `${name}: ${taken}`,
    isKilled: () => answered.some((it) => !allows(left, it)) || missesPermission(types, statements, left),
  }))
}

export const reasons: Reason[] = [
  {
    subject: /^dr-execution: .*iam:PassRole/,
    why: 'stacks that an earlier version repaired pass the role on; test/runs/repair.test.ts brings them about',
    source: 'decisions/008-direct-calls.md',
  },
]

/** The rights of every system, and those that serve all of them. */
export const execution: Part = async () => {
  const mutants: Mutant[] = []
  for (const name of systemNames('cfn')) {
    const system = loadSystem('cfn', name)
    const types = [...new Set(used(system).map(({ type }) => type))]
    const statements = grantedBy(loadTemplate(rightsFile(system)).body)
    mutants.push(...mutantsOf(`dr-rights-${name}`, statements, ofResources(system), types))
  }
  const { Outputs: _outputs, ...bootstrap } = loadTemplate('cfn/bootstrap.yaml').body
  const { ExecutionRole } = bootstrap.Resources
  const body = { ...bootstrap, Resources: ExecutionRole ? { ExecutionRole } : {} } as TemplateBody
  mutants.push(...mutantsOf('dr-execution', grantedBy(body, { CreateRoles: 'true' }), await ofStacks(), []))
  return [mutants, reasons]
}
