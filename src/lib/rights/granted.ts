// Whether statements of policies grant what is needed.
import type { Value } from '../core/model.ts'
import { evaluate } from '../templates/evaluate.ts'
import type { TemplateBody } from '../templates/evaluation.ts'
import { placeholderAccount } from '../templates/resolve.ts'
import type { Need } from './needs.ts'
import type { Statement } from './statements.ts'

const compiled = new Map<string, RegExp>()

/** IAM's wildcards: `*` for any text, `?` for any character. */
export function fits(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern)
  if (!expression) {
    const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    expression = new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`)
    compiled.set(pattern, expression)
  }
  return expression.test(text)
}

const texts = (value: unknown): string[] => [value].flat().filter((it) => typeof it === 'string')

/** Operators whose values say what a condition lets through, by IAM's wildcards at most. */
const operators = new Set(['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike'])

/** A statement that denies, or whose condition cannot be read here, is taken to grant nothing. */
const isGrant = ({ Effect, Condition }: Record<string, Value>): boolean =>
  Effect === 'Allow' && Object.keys(Condition ?? {}).every((operator) => operators.has(operator))

function statementOf({ Action, Resource, Condition }: Record<string, Value>): Statement {
  const keys = Object.values((Condition ?? {}) as Record<string, Record<string, Value>>)
  return {
    actions: texts(Action),
    resources: texts(Resource),
    context: Object.assign({}, ...keys.map((it) => mapped(it))) as Statement['context'],
  }
}

const mapped = (keys: Record<string, Value>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, texts(values)]))

interface Document {
  Statement: Record<string, Value>[]
}

/** Policy documents of a resource: those of a role, or the one of a managed policy. */
function documentsOf(type: string | undefined, properties: Record<string, Value>): Document[] {
  if (type === 'AWS::IAM::ManagedPolicy') return [properties['PolicyDocument'] as unknown as Document]
  if (type !== 'AWS::IAM::Role') return []
  return ((properties['Policies'] ?? []) as unknown as { PolicyDocument: Document }[]).map((it) => it.PolicyDocument)
}

/**
 * The statements of the policies in a template such as rights.yaml, in the account that stands for any.
 * @param given parameters of the template
 * @throws EvaluationError for a template that CloudFormation would refuse
 */
export function grantedBy(body: TemplateBody, given: Record<string, string> = {}): Statement[] {
  const world = {
    pseudo: { 'AWS::AccountId': placeholderAccount, 'AWS::Partition': 'aws' },
    zones: () => [],
    ref: (id: string) => id,
    attribute: (id: string, name: string) => `${id}.${name}`,
  }
  const evaluation = evaluate(body, given, world)
  return evaluation.resources
    .flatMap((id) => documentsOf(body.Resources[id]?.Type, evaluation.properties(id)))
    .flatMap(({ Statement }) => Statement.filter(isGrant).map(statementOf))
}

/** A key that a call does not carry has no value that a condition could want. */
const holds = ({ context }: Statement, call: Record<string, string>): boolean =>
  Object.entries(context).every(([key, values]) => {
    const value = call[key]
    return value !== undefined && values.some((it) => fits(it, value))
  })

/** Whether a statement allows it; IAM does not look at the case of actions. */
export const allows = (
  statements: Statement[],
  { action, on, context }: Pick<Need, 'action' | 'on' | 'context'>,
): boolean =>
  statements.some(
    (statement) =>
      statement.actions.some((it) => fits(it.toLowerCase(), action.toLowerCase())) &&
      statement.resources.some((it) => fits(it, on)) &&
      holds(statement, context),
  )
