// Runbooks that run others: whoever stops waiting while the other still acts cannot say how it ended.
import { expect, test } from 'vitest'
import { runbooks, type Content } from './documents.ts'
import { ways } from './graph.ts'

const all = runbooks('payments')

/** What a call takes at most, s: Systems Manager names no time for it. */
const call = 60

/** The most that an execution can take, s: every attempt of every step of its longest way. */
function longest(content: Content): number {
  const times = ways(content).map(({ taken }) =>
    taken.reduce((sum, { step }) => sum + (step.timeoutSeconds ?? call) * (step.maxAttempts ?? 1), 0),
  )
  return Math.max(...times)
}

const nested = all.flatMap((outer) =>
  outer.content.mainSteps
    .filter(({ action }) => action === 'aws:executeAutomation')
    .map((step) => ({
      outer,
      step,
      inner: all.find(({ name, side }) => name === step.inputs['DocumentName'] && side === outer.side),
    })),
)

test('a runbook waits longer for another one than that one can take', () => {
  const kinds = nested.map(({ outer, inner }) => `${outer.side} ${outer.kind} ${inner?.kind}`)
  expect(kinds).toHaveLength(4)
  for (const { step, inner, outer } of nested)
    expect(step.timeoutSeconds, `${outer.name} in ${outer.side}, ${step.name}`).toBeGreaterThan(
      longest(inner?.content ?? expect.unreachable(outer.name)),
    )
})
