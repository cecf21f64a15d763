// Policies that the templates give to roles of services, against AWS's service authorization reference.
import { expect, test } from 'vitest'
import type { Value } from '../../src/lib/core/model.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { used } from '../../src/lib/rights/used.ts'
import { known, takesNoResource } from './iam.ts'

interface Grant {
  where: string
  action: string
  resources: string[]
}

const texts = (value: unknown): string[] => [value].flat(2).filter((it) => typeof it === 'string')

/** Every action that an inline policy of a role allows, with its resources; wildcards in actions are left out. */
const grants: Grant[] = systemNames('cfn')
  .flatMap((name) => used(loadSystem('cfn', name)))
  .filter(({ type }) => type === 'AWS::IAM::Role')
  .flatMap(({ where, properties }) =>
    ((properties['Policies'] ?? []) as { PolicyDocument: { Statement: Record<string, Value>[] } }[])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Action, Resource }) =>
        texts(Action).map((action) => ({ where, action, resources: texts(Resource) })),
      ),
  )
  .filter(({ action }) => !action.includes('*'))

test('an action that takes no resource is allowed on * : on an ARN the grant never matches', async () => {
  const lost: string[] = []
  for (const { where, action, resources } of grants)
    if (!resources.includes('*') && (await takesNoResource(action)))
      lost.push(`${where} ${action} on ${resources.join()}`)
  expect(grants.length).toBeGreaterThan(200)
  expect([...new Set(lost)]).toEqual([])
})

test('an action is one that IAM knows', async () => {
  const unknown: string[] = []
  for (const action of new Set(grants.map((it) => it.action))) if (!(await known(action))) unknown.push(action)
  expect(unknown).toEqual([])
})
