// Rules: whoever may start a runbook may start it by whatever name IAM asks for.
import { grants, type Grant } from './policies.ts'
import { nameOf, textsOf, type Rule } from './rule.ts'

const action = 'ssm:StartAutomationExecution'

/**
 * What a start is asked for: the document and the execution (Service Authorization Reference of Systems Manager,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html), and the older form,
 * whose end is announced nowhere.
 */
const kinds = ['document/', 'automation-execution/', 'automation-definition/']

const starts = ({ statement }: Grant): boolean =>
  textsOf(statement['Action']).some((one) => one.toLowerCase() === action.toLowerCase())

/** The kinds of ARN that none of the statements of one policy holder names. */
function missing(some: Grant[]): string[] {
  const named = some.flatMap(({ statement }) => textsOf(statement['Resource']))
  return named.includes('*') ? [] : kinds.filter((kind) => !named.some((arn) => arn.includes(`:${kind}`)))
}

export const runbooks: Rule[] = [
  {
    id: 'runbooks/start',
    title: 'Who may start a runbook may do so as document, as execution and by the older name',
    requirements: ['PAY-26', 'TXN-57'],
    fix: `grant ${action} on document/<name>, automation-execution/* and automation-definition/<name>:*`,
    check: (context) => {
      const all = grants(context).filter(starts)
      return [...new Set(all.map(({ found }) => found))].flatMap((found) => {
        const some = all.filter((one) => one.found === found)
        const lacks = missing(some)
        const [first] = some
        if (lacks.length === 0 || !first) return []
        const message = `${nameOf(found)} may start runbooks, but not as ${lacks.join(', ')}`
        return [{ position: found.at(...first.path), message }]
      })
    },
  },
]
