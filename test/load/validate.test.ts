import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/lib/core/model.ts'
import { loadSystem } from '../../src/lib/load/system.ts'
import { refuseFindings, ruleFindings, schemaFindings, validate, type Finding } from '../../src/lib/load/validate.ts'

const fixtures = fileURLToPath(new URL('../fixtures/templates', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'dr-validate-'))
afterAll(() => rmSync(work, { recursive: true }))

function target(file?: string, from = '', to = ''): Target {
  const folder = mkdtempSync(join(work, 'v-'))
  cpSync(fixtures, folder, { recursive: true })
  if (file !== undefined) {
    const before = readFileSync(join(folder, file), 'utf8')
    expect(before).toContain(from)
    writeFileSync(join(folder, file), before.replace(from, to))
  }
  const system = loadSystem(folder, 'ledger')
  return { system, suffix: 'pr123', regions: system.regions, scale: 'small', parameters: {} }
}
const told = ({ rule, message, position }: Finding): string =>
  `${rule} ${position.file.split('/').slice(-2).join('/')}:${position.line} ${message}`

describe("AWS's schemas", () => {
  test('a good system has no findings, also where a condition leaves a property out', async () => {
    expect(await schemaFindings(target())).toEqual([])
  })

  test.each([
    [
      'an unknown resource type',
      'data/note.yaml',
      'AWS::SSM::Parameter',
      'AWS::SSM::Notebook',
      /^schema\/\S+ data\/note\.yaml:7 .*AWS::SSM::Notebook/,
    ],
    [
      'an unknown property',
      'data/note.yaml',
      'Value: !Ref Text',
      'Value: !Ref Text\n      Colour: red',
      /^schema\/\S+ data\/note\.yaml:\d+ .*Colour/,
    ],
    ['a missing property', 'data/note.yaml', '      Type: String\n', '', /^schema\/\S+ data\/note\.yaml:\d+ .*Type/],
    [
      'a value out of range',
      'network/vpc.yaml',
      'EnableKeyRotation: true',
      'EnableKeyRotation: true\n      PendingWindowInDays: 3',
      /^schema\/\S+ network\/vpc\.yaml:\d+ .*minimum/,
    ],
    [
      'a runtime that is no more',
      'compute/writer.yaml',
      'nodejs22.x',
      'nodejs12.x',
      /^schema\/\S+ compute\/writer\.yaml:\d+ .*nodejs12/,
    ],
  ])('find %s, with file and line', async (_, file, from, to, message) => {
    const findings = await schemaFindings(target(file, from, to))
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) expect(told(finding)).toMatch(message)
  })

  test('only warn of a value that they do not list, since services learn new ones faster', async () => {
    const findings = await schemaFindings(target('network/vpc.yaml', 'TrafficType: ALL', 'TrafficType: SOME'))
    expect(findings.map(({ severity, message }) => [severity, message.includes('SOME')])).toEqual([['warning', true]])
  })
})

test('validate gives the findings of rules and schemas in the order of files and lines', async () => {
  const good = target('data/note.yaml', 'Value: !Ref Text', "Value: !Sub '${Text} 123456789012'\n      Colour: red")
  expect((await validate(good)).map(({ rule }) => rule.replace(/^schema.*/, 'schema'))).toEqual([
    'names/account',
    'schema',
  ])
})

test('where templates cannot be evaluated, validate tells that and nothing else', async () => {
  const findings = await validate(target('network/vpc.yaml', 'VpcId: !Ref Vpc', 'VpcId: !Ref Lost'))
  expect(findings.map(told)).toEqual([expect.stringMatching(/^wiring\/evaluates network\/vpc\.yaml:\d+ .*\[Lost\]/)])
})

test('a template with a syntax error is refused with file and line', async () => {
  const bad = target('data/note.yaml', '  Note:', '  Note: [')
  await expect(validate(bad)).rejects.toMatchObject({ exit: 2, message: expect.stringMatching(/note\.yaml:\d+:\d+: /) })
})

test('findings refuse a deploy with place, rule and what to do', () => {
  const findings = ruleFindings(target('data/note.yaml', 'Value: !Ref Text', "Value: !Sub '${Text} 123456789012'"))
  const run = (): void => refuseFindings(findings)
  expect(run).toThrow(/note\.yaml:\d+:\d+: holds the account id ····9012 \(names\/account\); use AWS::AccountId/)
  expect(run).toThrow(expect.objectContaining({ exit: 2, code: 'InvalidTemplates' }))
  expect(() => refuseFindings([])).not.toThrow()
  expect(() => refuseFindings(findings.map((finding) => ({ ...finding, severity: 'warning' })))).not.toThrow()
})
