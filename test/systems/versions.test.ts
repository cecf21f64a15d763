// Versions in the shipped templates: one that AWS withdraws must not stand where nobody can change it. RDS takes minor
// versions of PostgreSQL away twice a year, each about a year after it came: gh CredentialEngine/CredentialRegistry#1000
// and #1036, ministryofjustice/modernisation-platform#11245. That it takes a major version alone is written for instances
// (https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html) and reported for Aurora
// (gh aws-cloudformation/cfn-lint#3976), not for Multi-AZ clusters.
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Target } from '../../src/lib/core/model.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { ruleFindings } from '../../src/lib/load/validate.ts'
import { get, resources, text } from '../../src/lib/rules/rule.ts'
import { isWithdrawn } from '../../src/simulator/resources/rds-engines.ts'
import { type ResolvedTemplate, resolveSystem } from '../../src/lib/templates/resolve.ts'

const cfn = fileURLToPath(new URL('../../cfn', import.meta.url))

function targetOf(name: string, scale: 'small' | 'large', parameters: Record<string, string> = {}): Target {
  const system = loadSystem(cfn, name)
  return { system, suffix: 'pr123', regions: system.regions, scale, parameters }
}

const resolved = (name: string, scale: 'small' | 'large' = 'small'): ResolvedTemplate[] =>
  resolveSystem(targetOf(name, scale))

describe.each(systemNames(cfn))('the system %s', (name) => {
  test('names PostgreSQL by its major version, and a Multi-AZ cluster by a version that RDS still makes', () => {
    const templates = [...resolved(name), ...resolved(name, 'large')]
    for (const { resource, properties } of resources({ templates }, 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster')) {
      const [engine, version] = [text(properties['Engine']), text(properties['EngineVersion'])]
      const isMultiAz = resource.type === 'AWS::RDS::DBCluster' && engine === 'postgres'
      if (isMultiAz)
        expect([version, isWithdrawn(engine, version)]).toEqual([expect.stringMatching(/^\d+\.\d+$/), false])
      else if (engine.includes('postgres')) expect(version).toMatch(/^(\d+)?$/)
    }
  })

  test('shows every version and runtime of its nested templates as a parameter of a root', () => {
    const templates = resolved(name)
    const hidden = resources({ templates }, 'AWS::CloudFormation::Stack').flatMap(
      ({ template, resource, properties }) => {
        const path = [...template.path, resource.logicalId].join('/')
        const nested = templates.find((it) => it.stage === template.stage && it.path.join('/') === path)
        return Object.keys(nested?.template.body.Parameters ?? {})
          .filter((parameter) => /(Version|Runtime)$/.test(parameter))
          .filter((parameter) => get(properties, 'Parameters', parameter) === undefined)
          .map((parameter) => `${template.stage}.${path} ${parameter}`)
      },
    )
    expect([...new Set(hidden)]).toEqual([])
  })
})

test('refuses a major version alone in a global database, whose members need the same exact one', () => {
  const found = ruleFindings(targetOf('payments', 'small', { 'data.EngineVersion': '17' }))
  expect(found.map(({ message }) => message).join('\n')).toContain(
    'the clusters of a global database need an exact version',
  )
})
