// Whether anybody notices that a role has other policies: a question that was answered with yes is answered with no.
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { isAllowed, type Question } from '../../../src/simulator/rights/policies.ts'
import type { Cloud } from '../../../src/simulator/state.ts'
import { withPolicies } from './without.ts'

export function noticed(cloud: Cloud, role: string, policies: Properties[], questions: Question[]): boolean {
  const changed = withPolicies(cloud, role, policies)
  return questions.some(({ action, resource, context }) => !isAllowed(changed, role, action, resource, context))
}
