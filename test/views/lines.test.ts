import { expect, test } from 'vitest'
import { lines } from '../../src/lib/views/lines.ts'

test('names the region once for a stage that is named after it', () => {
  const written: string[] = []
  const listen = lines((line) => written.push(line.replace(/ +/g, ' ')))
  const busy = [{ path: ['Role'], type: 'AWS::IAM::Role', since: 0 }]
  for (const stage of ['bootstrap us-east-1', 'data'])
    listen({ at: 60_000 * (written.length + 1), kind: 'progress', stage, region: 'us-east-1', done: 0, total: 1, busy })
  expect(written).toEqual([
    '00:01:00 bootstrap us-east-1 waiting 1m00s for Role',
    '00:02:00 data us-east-1 waiting 2m00s for Role',
  ])
})

test('counts the stages of the system in a plan, not uploads and secrets', () => {
  const written: string[] = []
  const regions = [{ region: 'us-east-1', role: 'primary' as const, change: 'create' as const, resources: 3 }]
  const stages = [
    { name: 'upload', title: 'templates', needs: [], regions: [] },
    { name: 'data', title: 'data', needs: ['upload'], regions },
  ]
  lines((line) => written.push(line))({ at: 0, kind: 'planned', stages, usualSeconds: 0 })
  expect(written).toEqual(['00:00:00  plan: 1 stage · 1 change · 3 resources'])
})

test('omits the action of an operation when AWS does not report one', () => {
  const written: string[] = []
  const listen = lines((line) => written.push(line.replace(/ +/g, ' ')))
  for (const action of ['', 'UPDATE'])
    listen({ at: 0, kind: 'operation-started', stage: 'data', operation: 'x-1', action, regions: [], adopted: true })
  expect(written).toEqual(['00:00:00 data adopted (operation x-1)', '00:00:00 data adopted (UPDATE, operation x-1)'])
})
