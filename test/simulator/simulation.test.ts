import { CreateStackCommand, DeleteStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fault } from '../../src/simulator/faults.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { simulatedAccount, type Account } from './account.ts'

const ids = ['A', 'B', 'C', 'D']
const shape = fc.record({
  leaf: fc.record({ ids: fc.subarray(ids, { minLength: 1 }), delay: fc.nat(2) }),
  root: fc.subarray(ids),
  nested: fc.boolean(),
  chained: fc.boolean(),
})
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constant('resource-fails' as const),
  logicalId: fc.constantFrom(...ids, 'Leaf'),
  action: fc.constantFrom('create' as const, 'update' as const, 'delete' as const, 'rollback' as const),
  reason: fc.constant('it broke'),
  times: fc.integer({ min: 1, max: 2 }),
})

const resources = (names: string[], prefix: string, delay: number, chained: boolean): Record<string, object> =>
  Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        Type: name < 'C' ? 'AWS::SQS::Queue' : 'AWS::SNS::Topic',
        // Queues change in place, topics are replaced.
        Properties: name < 'C' ? { DelaySeconds: delay } : { TopicName: `${prefix}-${name}-${delay}` },
        ...(chained && index > 0 ? { DependsOn: names[index - 1] } : {}),
      },
    ]),
  )

function templateOf(it: Account, { leaf, root, nested, chained }: Shape): string {
  const body = { Resources: resources(leaf.ids, 'leaf', leaf.delay, chained) }
  const TemplateURL = it.upload(`${JSON.stringify(body).length}-${leaf.delay}-${leaf.ids.join('')}-${chained}`, body)
  const child =
    nested || root.length === 0 ? { Leaf: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } } } : {}
  return JSON.stringify({ Resources: { ...resources(root, 'root', leaf.delay, chained), ...child } })
}

/** What the living stacks say they have, and what the account holds. */
function holdings(cloud: Cloud): { said: string[]; held: string[] } {
  const said = Object.values(cloud.stacks)
    .filter(({ status }) => status !== 'DELETE_COMPLETE')
    .flatMap((stack) => Object.values(stack.resources))
    .filter(
      ({ type, physicalId, status }) =>
        type !== 'AWS::CloudFormation::Stack' && physicalId && status !== 'DELETE_COMPLETE',
    )
    .map(({ type, physicalId }) => `${type} ${physicalId}`)
  const held = Object.values(cloud.resources).map(({ type, physicalId }) => `${type} ${physicalId}`)
  return { said: said.sort(), held: held.sort() }
}

/** Nested stacks rest in a clean-up while their root waits for somebody to continue its rollback. */
const isClosed = (cloud: Cloud): boolean => {
  const isHeld = Object.values(cloud.stacks).some(({ status }) => status === 'UPDATE_ROLLBACK_FAILED')
  return Object.values(cloud.stacks).every(
    ({ status, parentId }) =>
      !status.endsWith('_IN_PROGRESS') || (isHeld && parentId !== undefined && status.endsWith('CLEANUP_IN_PROGRESS')),
  )
}

test('whatever fails and whenever: stacks come to an end, and say of themselves what the account holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(shape, { minLength: 1, maxLength: 4 }),
      fc.array(fault, { maxLength: 5 }),
      async (shapes, faults) => {
        const it = simulatedAccount(faults)
        const cloud = (): Cloud => it.simulator.inspect()
        const [first, ...updates] = shapes as [Shape, ...Shape[]]
        const input = { StackName: 's', TemplateBody: templateOf(it, first) }
        const { StackId = '' } = await it.client().send(new CreateStackCommand(input))
        await it.settled(StackId)
        expect(isClosed(cloud())).toBe(true)
        for (const shape of updates) {
          const update = new UpdateStackCommand({ StackName: 's', TemplateBody: templateOf(it, shape) })
          const refused = await it
            .client()
            .send(update)
            .then(
              () => false,
              ({ name }: Error) => name === 'ValidationError' || Promise.reject(new Error(name)),
            )
          await it.settled(StackId)
          expect(isClosed(cloud())).toBe(true)
          if (refused) continue
          // A clean-up that gave up, or did not come yet, leaves something outside of the stack, as on AWS.
          const { said, held } = holdings(cloud())
          const isMore = Object.values(cloud().stacks).some(
            ({ status, events }) =>
              status === 'UPDATE_ROLLBACK_FAILED' || events.some((one) => one.status === 'DELETE_FAILED'),
          )
          expect(held).toEqual(isMore ? expect.arrayContaining(said) : said)
        }
        for (let round = 0; round < 12 && cloud().stacks[StackId]?.status !== 'DELETE_COMPLETE'; round++) {
          await it.client().send(new DeleteStackCommand({ StackName: StackId }))
          await it.settled(StackId)
        }
        expect(cloud().stacks[StackId]?.status).toBe('DELETE_COMPLETE')
        const events = Object.values(cloud().stacks).flatMap((stack) => stack.events)
        if (!events.some(({ status }) => status === 'DELETE_FAILED')) {
          expect(holdings(cloud())).toEqual({ said: [], held: [] })
        }
        expect(isClosed(cloud())).toBe(true)
      },
    ),
    { numRuns: Number(process.env['DR_SIMULATIONS'] ?? 60), seed: Number(process.env['DR_SEED'] ?? 7) },
  )
})
