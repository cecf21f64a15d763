import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { DrError } from '../../src/lib/core/errors.ts'
import { loadTemplate, loadYaml, parseYaml } from '../../src/lib/templates/load.ts'

const folder = mkdtempSync(join(tmpdir(), 'dr-load-'))
let count = 0
const file = (text: string): string => {
  const path = join(folder, `${++count}.yaml`)
  writeFileSync(path, text)
  return path
}
const failure = (run: () => unknown): DrError => {
  try {
    run()
  } catch (error) {
    if (error instanceof DrError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
/** The message without the folder of the file. */
const message = (run: () => unknown): string => failure(run).message.replaceAll(/\S*\/\d+\.yaml/g, 'F')

test('short tags become the long form', () => {
  const { body } = loadTemplate(
    file(`
Conditions:
  Both: !And [!Condition A, !Not [!Equals [!Ref X, 'b']]]
Resources:
  R:
    Type: T
    Properties:
      Id: !GetAtt Nested.Outputs.VpcId
      List: !GetAtt [Nested, Outputs.VpcId]
      Text: !Sub '\${A}-x'
      Map: !Sub ['\${A}', {A: !Join ['', [a, b]]}]
      Chosen: !If [Both, !Select [0, !Split [',', 'a,b']], !Ref AWS::NoValue]
      Zones: !GetAZs ''
      Data: !Base64
        Fn::Sub: x
      Date: 2012-10-17
`),
  )
  expect(body.Conditions?.['Both']).toEqual({
    'Fn::And': [{ Condition: 'A' }, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'X' }, 'b'] }] }],
  })
  expect(body.Resources['R']?.Properties).toEqual({
    Id: { 'Fn::GetAtt': ['Nested', 'Outputs.VpcId'] },
    List: { 'Fn::GetAtt': ['Nested', 'Outputs.VpcId'] },
    Text: { 'Fn::Sub': '${A}-x' },
    Map: { 'Fn::Sub': ['${A}', { A: { 'Fn::Join': ['', ['a', 'b']] } }] },
    Chosen: { 'Fn::If': ['Both', { 'Fn::Select': [0, { 'Fn::Split': [',', 'a,b'] }] }, { Ref: 'AWS::NoValue' }] },
    Zones: { 'Fn::GetAZs': '' },
    Data: { 'Fn::Base64': { 'Fn::Sub': 'x' } },
    Date: '2012-10-17',
  })
})

test('every part of a template has a position, also inside functions', () => {
  const { at } = loadTemplate(
    file(`Resources:
  Db:
    Type: T
    Properties:
      Engine: x
      Tags:
        - Key: a
          Value: !If [C, {Deep: 1}, b]
`),
  )
  const where = (...path: (string | number)[]): string => {
    const { line, column } = at(path)
    return `${line}:${column}`
  }
  expect(where('Resources', 'Db', 'Properties', 'Engine')).toBe('5:7')
  expect(where('Resources', 'Db', 'Properties', 'Tags', 0)).toBe('7:11')
  expect(where('Resources', 'Db', 'Properties', 'Tags', 0, 'Value', 'Fn::If', 1, 'Deep')).toBe('8:27')
  expect(where('Resources', 'Db', 'Properties', 'Absent', 'Deeper')).toBe('4:5')
  expect(where()).toBe('1:1')
})

test('a mistake in YAML is named with file, line and column in one line', () => {
  const of = (text: string): string => message(() => loadTemplate(file(text)))
  expect(of('Resources:\n  A: 1\n  A: 2\n')).toBe('F:3:3: duplicated mapping key')
  expect(of('Resources:\n  A: !Foo 1\n')).toBe('F:2:6: unknown tag !Foo for a scalar')
  expect(of('Resources:\n  A: !Ref [x]\n')).toBe('F:2:6: unknown tag !Ref for a sequence')
  expect(of('Resources:\n  A: [1')).toMatch(/^F:2:\d+: unexpected end of the stream/)
  expect(of('')).toBe('F:1:1: the file is empty')
  expect(of('a: 1\n---\nb: 2\n')).toBe('F:1:1: more than one YAML document')
  expect(of('Resources:\n  A: {}\n')).toBe('F:2:3: Resources.A has no Type')
  expect(of('Parameters: {}\n')).toBe('F:1:1: Resources must be a mapping')
  expect(of('just text')).toBe('F:1:1: a template is a mapping with Resources')
  expect(failure(() => loadYaml(join(folder, 'absent.yaml')))).toMatchObject({ exit: 2, code: 'FileNotReadable' })
})

test('each fault a schema finds in a file gets its own position', () => {
  const schema = z.strictObject({ name: z.string(), size: z.strictObject({ cpu: z.number() }).optional() })
  const of = (text: string): string => message(() => parseYaml(schema, file(text)))
  expect(of('name: 1\nsize:\n  cpu: 1\n  ram: 2\ncolour: red\n').split('\n')).toEqual([
    expect.stringMatching(/^F:1:1: "name": .*expected string/),
    'F:4:3: unknown key "size.ram"',
    'F:5:1: unknown key "colour"',
  ])
  expect(of('size: {cpu: 1}')).toBe('F:1:1: "name" is missing')
  expect(parseYaml(schema, file('name: a\n')).data).toEqual({ name: 'a' })
})

test('JSON is read as well', () => {
  expect(loadTemplate(file('{"Resources": {"A": {"Type": "T"}}}')).body.Resources).toEqual({ A: { Type: 'T' } })
})
