// Facts about resource types against data that is not ours: AWS's resource schemas, and its service authorization reference.
import { describe, expect, test } from 'vitest'
import { facts } from '../../src/lib/rights/facts.ts'
import { formsOf, known, takesNoResource } from './iam.ts'
import { insteadOf, permissionsOf, registry, withheld } from './registry.ts'

interface Row {
  type: string
  on: string
  action: string
  handlers: string
  source: string | undefined
}

const rows: Row[] = Object.entries(facts).flatMap(([type, all]) =>
  all.flatMap(([on, actions, about]) =>
    actions.split(/\s+/).map((written) => {
      const [name = '', handlers = ''] = written.split('/')
      const service = /^[a-z]/.test(on) ? `${on.split(':')[0]}:` : ''
      return { type, on, action: name.includes(':') ? name : service + name, handlers, source: about?.source }
    }),
  ),
)
/** What is sure of the resource in an ARN: everything before its first value. */
const sure = (arn: string): string => /^[^:]*:[^:]*:[^:]*:([^$*]*)/.exec(arn.replace(/:@:/, ':r:a:'))?.[1] ?? ''

/** Whether a form of a fact and one of the reference can be the same ARN. */
function fits(on: string, form: string): boolean {
  const [ours, theirs] = [sure(on), sure(form)]
  const isObject = (arn: string): boolean => arn.slice('s3:::'.length).includes('/')
  if (on.startsWith('s3:::')) return form.startsWith('s3:::') && isObject(on) === isObject(form)
  return on.split(':')[0] === form.split(':')[0] && (ours.startsWith(theirs) || theirs.startsWith(ours))
}

const types = Object.keys(facts)
const instead = new Map(
  insteadOf.flatMap(({ actions, by }) => actions.map((it) => [it.toLowerCase(), by.toLowerCase()])),
)

describe.skipIf(registry === undefined)('AWS’s resource schemas (not checked without their copy)', () => {
  test.each(types)('list no permission of %s that its facts lack', (type) => {
    const listed = [...permissionsOf(type).keys()].map((it) => instead.get(it) ?? it)
    const own = new Set(rows.filter((it) => it.type === type).map(({ action }) => action.toLowerCase()))
    expect(listed.filter((action) => !own.has(action) && !withheld.has(action))).toEqual([])
  })

  test('list every action of a fact under the same handlers, or the fact names another source', () => {
    const wrong = rows.flatMap(({ type, action, handlers, source }) => {
      const listed = permissionsOf(type).get(action.toLowerCase())
      if (source !== undefined) return []
      return listed === handlers ? [] : [`${type} ${action}/${handlers}: ${listed ?? 'not listed'}`]
    })
    expect(wrong).toEqual([])
  })
})

describe('AWS’s service authorization reference', () => {
  test('knows no resource for what is on *, or the action looks beyond one', async () => {
    const reads = /:(Describe|List|Get)/
    /** On a resource that has no name yet, or one of another service. */
    const beyond = new Set([
      'lambda:CreateEventSourceMapping',
      'lambda:UpdateEventSourceMapping',
      'lambda:DeleteEventSourceMapping',
      'cloudwatch:PutMetricData',
    ])
    const narrow: string[] = []
    for (const { type, on, action } of rows)
      if (
        on === '*' &&
        !reads.test(action) &&
        !beyond.has(action) &&
        (await known(action)) &&
        !(await takesNoResource(action))
      )
        narrow.push(`${type} ${action}`)
    expect(narrow).toEqual([])
  })

  test('knows a resource for what is on an ARN: a grant on it would never match otherwise', async () => {
    const lost: string[] = []
    for (const { type, on, action } of rows)
      if (on !== '*' && (await takesNoResource(action))) lost.push(`${type} ${action} on ${on}`)
    expect(lost).toEqual([])
  })

  /** The reference describes tags of classic load balancers only, and of APIs the paths of REST APIs. */
  const undescribed = /^(elasticloadbalancing:(Add|Remove)Tags|apigateway:\w+)$/

  test('gives each action on an ARN a resource of that form', async () => {
    const wrong: string[] = []
    for (const { type, on, action } of rows) {
      const forms = await formsOf(action)
      if (on === '*' || on.startsWith('$') || on === 'ec2:@:*' || forms.length === 0 || undescribed.test(action))
        continue
      if (!forms.some((form) => fits(on, form))) wrong.push(`${type} ${action} on ${on}: ${forms[0]}`)
    }
    expect(wrong).toEqual([])
  })

  test('or a resource schema names every action', async () => {
    const listed = new Set(types.flatMap((type) => [...permissionsOf(type).keys()]))
    const unknown: string[] = []
    for (const { type, action } of rows)
      if (!listed.has(action.toLowerCase()) && !(await known(action))) unknown.push(`${type} ${action}`)
    expect(registry === undefined ? [] : unknown).toEqual([])
  })
})

test.each(insteadOf)('IAM has no action $actions, and $by in their place', async ({ actions, by }) => {
  for (const action of actions) expect(await known(action)).toBeUndefined()
  expect(await known(by)).toBeDefined()
})
