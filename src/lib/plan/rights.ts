// Pure: rights that exist only after a change. The library says which statements and rules are new; here what of
// them was not allowed before, since a statement that only lost an action is new as well.
import type { TemplateDiff } from '@aws-cdk/cloudformation-diff'

type Statement = TemplateDiff['iamChanges']['statements']['additions'][number]

const denies = (it: Statement): boolean => it.render().effect === 'Deny'

/** Whether an IAM pattern (`*` any text, `?` any character) covers a text, which may be a pattern itself. */
export function covers(pattern: string, text: string): boolean {
  const form = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${form}$`, 'is').test(text)
}

const coveredBy = (patterns: string[], value: string): boolean => patterns.some((it) => covers(it, value))

/** Everything that `now` allows is allowed by `was` too, as far as that can be seen without asking IAM. */
function within(now: { action: string; statement: Statement }, was: Statement): boolean {
  const { action, statement } = now
  const negated = [statement, was].some((it) => it.actions.not || it.resources.not || it.principals.not)
  if (denies(was) || negated) return false
  const sameCondition =
    was.condition === undefined || JSON.stringify(was.condition) === JSON.stringify(statement.condition)
  return (
    sameCondition &&
    coveredBy(was.actions.values, action) &&
    statement.resources.values.every((it) => coveredBy(was.resources.values, it)) &&
    statement.principals.values.every((it) => coveredBy(was.principals.values, it))
  )
}

const listed = (values: string[]): string => values.join(', ')

/** The library writes `${It}` and `${It.Arn}` for the resource that holds the statement, which goes without saying. */
const others = ({ values }: { values: string[] }): string[] => values.filter((it) => !/\$\{It(\.Arn)?\}$/.test(it))

function sentence(statement: Statement, actions: string[]): string {
  const { resources, principals, condition, actions: all } = statement
  const [things, people] = [others(resources), others(principals)]
  const what = `${all.not ? 'all but ' : ''}${listed(actions)}`
  const on = things.length === 0 ? '' : ` on ${resources.not ? 'all but ' : ''}${listed(things)}`
  const by = people.length === 0 ? '' : ` by ${principals.not ? 'all but ' : ''}${listed(people)}`
  return `${what}${on}${by}${condition === undefined ? '' : ' under a condition'}`
}

/** The same denial about something else. */
const twins = (one: Statement, other: Statement): boolean =>
  one.actions.equal(other.actions) === true &&
  one.principals.equal(other.principals) === true &&
  JSON.stringify(one.condition) === JSON.stringify(other.condition) &&
  one.resources.values.length === other.resources.values.length

/**
 * One sentence for each statement, managed policy, or security group rule that allows what was not allowed before.
 * @param moved the resource is replaced: a denial that comes back for the new one is none that went
 */
export function widenedRights(diff: TemplateDiff, moved: boolean): string[] {
  const { statements, managedPolicies, permissionsBroadened } = diff.iamChanges
  const { ingress, egress, rulesAdded } = diff.securityGroupChanges
  const before = statements.removals
  const allowed = statements.additions.flatMap((statement) => {
    if (denies(statement)) return []
    const { values } = statement.actions
    const fresh = values.filter((action) => !before.some((was) => within({ action, statement }, was)))
    return fresh.length > 0 ? [sentence(statement, fresh)] : []
  })
  // A denial that is worded anew may deny less: only IAM could say, so it counts.
  const denials = before
    .filter((it) => denies(it) && !(moved && statements.additions.some((now) => denies(now) && twins(it, now))))
    .map((it) => `denied no longer or otherwise: ${sentence(it, it.actions.values)}`)
  const policies = managedPolicies.additions.map((it) => `managed policy ${it.managedPolicyArn}`)
  const rules = [
    ...ingress.additions.map((it) => `in ${it.describeProtocol()} from ${it.describePeer()}`),
    ...egress.additions.map((it) => `out ${it.describeProtocol()} to ${it.describePeer()}`),
  ]
  const found = [...allowed, ...denials, ...policies, ...(rulesAdded ? rules : [])]
  const elsewhere = permissionsBroadened && statements.additions.length === 0 && found.length === 0
  return elsewhere ? ['rights of an identity centre'] : found
}
