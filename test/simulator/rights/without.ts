// Roles with one right less: what a statement, an action or a resource of a policy is missed by.
import { list, record, texts } from '../../../src/simulator/existing.ts'
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import type { Cloud, Resource } from '../../../src/simulator/state.ts'

export interface Mutant {
  /** `action kms:Decrypt in statement 3 of tell`. */
  taken: string
  policies: Properties[]
}

const plural = (value: unknown): string[] => texts(value)

/** Every role that is this one but for a statement, an action or a resource of its inline policies. */
export function mutantsOf({ properties }: Resource): Mutant[] {
  const policies = list(properties.Policies)
  return policies.flatMap((policy, at) =>
    list(record(policy.PolicyDocument).Statement).flatMap((statement, index) => {
      const where = `statement ${index + 1} of ${String(policy.PolicyName)}`
      const changed = (change: (statements: Properties[]) => void): Properties[] => {
        const copy = structuredClone(policies)
        const document = record(copy[at]?.PolicyDocument)
        const statements = structuredClone(list(document.Statement))
        change(statements)
        document.Statement = statements
        return copy
      }
      const fewer = (key: 'Action' | 'Resource'): Mutant[] => {
        const all = plural(statement[key])
        if (all.length < 2) return []
        return all.map((one) => ({
          taken: `${key.toLowerCase()} ${one} of ${where} (${plural(statement[key === 'Action' ? 'Resource' : 'Action']).join(', ')})`,
          policies: changed((statements) => {
            const mine = statements[index]
            if (mine) mine[key] = all.filter((it) => it !== one)
          }),
        }))
      }
      const whole = {
        taken: `${where} (${plural(statement.Action).join(', ')} on ${plural(statement.Resource).join(', ')})`,
        policies: changed((statements) => void statements.splice(index, 1)),
      }
      return [whole, ...fewer('Action'), ...fewer('Resource')]
    }),
  )
}

/** The account in which a role has these policies instead; all else is shared. */
export function withPolicies(cloud: Cloud, role: string, Policies: Properties[]): Cloud {
  const resources = { ...cloud.resources }
  for (const [key, one] of Object.entries(resources))
    if (one.type === 'AWS::IAM::Role' && one.physicalId === role)
      resources[key] = { ...one, properties: { ...one.properties, Policies } }
  return { ...cloud, resources }
}
