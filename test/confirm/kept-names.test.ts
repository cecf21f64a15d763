// Pure: which replacements CloudFormation refuses, and what is said about them.
import { describe, expect, test } from 'vitest'
import { consentOf } from '../../src/lib/confirm/consent.ts'
import { keptNames, refusedOf, refuseKeptNames, saidOfKept, wayOfKept } from '../../src/lib/confirm/kept-names.ts'
import type { Differences, ResourceDifference, ValueDifference } from '../../src/lib/core/difference.ts'

describe('the text about a kept name', () => {
  const replaced = (path: string, ...because: string[]): ResourceDifference => ({
    path: path.split('/'),
    type: 'AWS::DynamoDB::Table',
    action: 'replaced',
    loss: true,
    keptName: 'orders-pr123',
    properties: [
      ...because.map((name) => ({ path: name, before: 'a', after: 'b', replaces: 'yes' as const })),
      { path: 'Tags', before: 'a', after: 'b', replaces: 'no' },
    ],
    rights: [],
  })
  const plan = (parameters: ValueDifference[], ...resources: ResourceDifference[]): Differences => ({
    instances: ['us-east-1', 'us-west-2'].map((region) => ({ stage: 'data', region, parameters, tags: [], resources })),
    orphans: [],
    stuck: [],
  })

  test('names only the properties that ask for the replacement, and each resource once', () => {
    const kept = keptNames(plan([], replaced('A/B/Table', 'KeySchema', 'TableClass')))
    expect(kept).toEqual([{ name: 'data/A/B/Table', keptName: 'orders-pr123', because: ['KeySchema', 'TableClass'] }])
    expect(kept.map(saidOfKept).join()).toMatch(/because of KeySchema, TableClass, but/)
  })

  test('offers no flag, even where data would be lost', () => {
    const differences = plan([], replaced('Table', 'KeySchema'))
    expect(consentOf(differences)).toEqual([])
    expect(wayOfKept(differences)).not.toContain('--')
    expect(refusedOf(differences)).toEqual([
      { name: 'data/Table', keptName: 'orders-pr123', because: ['KeySchema'], hint: wayOfKept(differences) },
    ])
  })

  test('names only parameters that a user can set back', () => {
    const value = (name: string, source: string): ValueDifference => ({ name, before: '1', after: '2', source })
    const said = wayOfKept(
      plan(
        [
          value('Flag', '--parameter'),
          value('File', 'dr.yaml'),
          value('Default', 'default'),
          value('Scale', 'scale large'),
          value('Output', 'foundation.primary.VpcId'),
          value('System', 'dr'),
          { name: 'New', after: '2', source: 'default' },
          { name: 'Old', before: '1', source: 'no longer there' },
        ],
        replaced('Table', 'KeySchema'),
      ),
    )
    expect(said).toContain(
      'may be the cause: data.Flag from 1 to 2, data.File from 1 to 2, data.Default from 1 to 2, data.Scale from 1 to 2)',
    )
  })

  test('names a change of type with both types, and asks for another logical id', () => {
    const { keptName: _, ...retyped } = { ...replaced('Queue', 'Name'), formerType: 'AWS::SNS::Topic' }
    const differences = plan([], retyped)
    const [kept, ...more] = keptNames(differences)
    expect(more).toEqual([])
    expect(kept).toEqual({ name: 'data/Queue', types: ['AWS::SNS::Topic', 'AWS::DynamoDB::Table'], because: [] })
    expect(kept && saidOfKept(kept)).toBe(
      'data/Queue would change its type from AWS::SNS::Topic to AWS::DynamoDB::Table: CloudFormation refuses that',
    )
    expect(wayOfKept(differences)).toBe(
      'no flag allows this: give the resource of the new type another logical id in its template, deploy under another suffix, or run dr destroy first',
    )
    const both = plan([], retyped, replaced('Table', 'KeySchema'))
    expect(wayOfKept(both)).toMatch(/keep the old values, give .* another name in its template, give .* logical id/)
  })

  test('is thrown with exit 3, and not thrown where everything can be replaced', () => {
    const { keptName: _, ...free } = replaced('Table', 'KeySchema')
    const retyped = { ...free, formerType: 'AWS::SNS::Topic' }
    expect(() => refuseKeptNames(plan([], free))).not.toThrow()
    const refusals = [
      [plan([], replaced('Table', 'KeySchema')), 'KeepsName'],
      [plan([], retyped), 'ChangesType'],
      [plan([], retyped, replaced('Other', 'KeySchema')), 'KeepsName'],
    ] as const
    for (const [differences, code] of refusals) {
      const refused = expect.objectContaining({ exit: 3, code, hint: wayOfKept(differences) }) as Error
      expect(() => refuseKeptNames(differences)).toThrow(refused)
    }
  })
})
