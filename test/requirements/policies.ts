// Reads IAM policies as the resources carry them.
import type { Value } from '../../src/lib/core/model.ts'
import { get, list, type Item } from './world.ts'

/** All statements of a role's inline policies. */
export const statements = (role: Item): Value[] =>
  list(role, 'Policies').flatMap((policy) => list(policy, 'PolicyDocument.Statement'))

/** The statements of a role's trust policy. */
export const trust = (role: Item): Value[] => list(role, 'AssumeRolePolicyDocument.Statement')

/** Resources on which a role allows an action, by its exact name. */
export const allows = (role: Item, action: string): Value[] =>
  statements(role)
    .filter((statement) => get(statement, 'Effect') === 'Allow' && list(statement, 'Action').includes(action))
    .flatMap((statement) => list(statement, 'Resource'))
