import { writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseParameters, readSettings, type SettingFlags } from '../../src/lib/load/config.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import { inEmptyFolder } from '../cloud.ts'

beforeEach(inEmptyFolder)

const read = (yaml: string, flags: SettingFlags = {}, env: NodeJS.ProcessEnv = {}) => {
  writeFileSync('dr.yaml', yaml)
  return readSettings(flags, env)
}

/** What reading this dr.yaml is refused with. */
function refusal(yaml: string): DrError {
  try {
    read(yaml)
  } catch (error) {
    if (error instanceof DrError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('dr.yaml with a fault', () => {
  test.each([
    ['an unknown key', 'system: transactions\nsufix: pr123\n', /dr\.yaml:2:1: .*sufix/],
    [
      'a number where a word belongs',
      'system: 7\n',
      /dr\.yaml:1:1: "system": expected string, not number: put quotes around it$/,
    ],
    [
      'an account without quotes',
      'account: 012345678901\n',
      /dr\.yaml:1:1: "account": expected string, not number: put quotes/,
    ],
    ['an account that is none', "account: '12345'\n", /dr\.yaml:1:1: "account": must be twelve digits in quotes$/],
    ['a word where yes or no belongs', 'protect: maybe\n', /dr\.yaml:1:1: "protect": expected boolean, not string$/],
    ['an unknown scale', 'suffix: a\nscale: huge\n', /dr\.yaml:2:1: "scale": must be small or large$/],
    ['an empty word', "suffix: ''\n", /dr\.yaml:1:1: "suffix": must not be empty$/],
    [
      'parameters as a list',
      'parameters:\n  - MemorySize=1\n',
      /dr\.yaml:1:1: "parameters": expected record, not array$/,
    ],
    [
      'a parameter that is a list',
      'parameters:\n  Zones: [a, b]\n',
      /dr\.yaml:2:3: "parameters\.Zones": such a value has no meaning here$/,
    ],
    ['a tag that is a list', 'tags:\n  Owner: [a]\n', /dr\.yaml:2:3: "tags\.Owner": expected string, not array$/],
    [
      'two faults, in the order of lines',
      'sufix: a\nscale: huge\n',
      /dr\.yaml:1:1: unknown key "sufix"\n[^\n]*dr\.yaml:2:1: "scale": must be small or large$/,
    ],
    ['bad YAML', 'system: transactions\n  suffix: pr123\n', /dr\.yaml:2:\d+: /],
    ['a key twice', 'suffix: a\nsuffix: b\n', /dr\.yaml:2:1: duplicated mapping key/],
    ['two documents', 'suffix: a\n---\nsuffix: b\n', /dr\.yaml:1:1: more than one YAML document/],
    ['nothing', '', /dr\.yaml:1:1: the file is empty/],
    ['a list', '- a\n', /dr\.yaml:1:1: /],
  ])('%s: exit 2 with file, line and column', (_, yaml, message) => {
    const error = refusal(yaml)
    expect(error).toMatchObject({ code: 'InvalidFile', exit: 2, hint: 'correct the file and run the command again' })
    expect(error.message).toMatch(message)
    expect(error.message).not.toMatch(/\[object|Invalid input/)
  })
})

describe('settings', () => {
  test('a flag goes before the environment, that before dr.yaml, and that before what is usual', () => {
    const yaml = 'system: records\nsuffix: live\nscale: large\nprofile: ops\nprimary: us-east-2\n'
    expect(read(yaml)).toMatchObject({
      system: 'records',
      suffix: 'live',
      scale: 'large',
      profile: 'ops',
      primary: 'us-east-2',
    })
    const env = { DR_SYSTEM: 'payments', DR_SUFFIX: 'stage' }
    expect(read(yaml, {}, env)).toMatchObject({ system: 'payments', suffix: 'stage', scale: 'large' })
    const flags = { system: 'citizen', suffix: 'pr1', scale: 'small', profile: 'me', primary: 'eu-west-1' }
    expect(read(yaml, flags, env)).toMatchObject(flags)
  })

  test('without anything: the transactions system, small, and no suffix', () => {
    expect(readSettings({}, {})).toMatchObject({
      system: 'transactions',
      suffix: undefined,
      scale: 'small',
      protect: false,
      parameters: {},
      tags: {},
      account: undefined,
    })
  })

  test('parameters of dr.yaml are words whatever YAML reads, and --parameter goes before them', () => {
    const yaml = 'parameters:\n  MemorySize: 1024\n  app.Timeout: 90\n  Flag: true\n'
    expect(read(yaml, { parameter: ['MemorySize=2048', 'Other=a=b'] }).parameters).toEqual({
      MemorySize: '2048',
      'app.Timeout': '90',
      Flag: 'true',
      Other: 'a=b',
    })
  })

  test('another file is read by its name', () => {
    writeFileSync('other.yaml', 'suffix: other\n')
    expect(read('suffix: usual\n', { config: 'other.yaml' })).toMatchObject({ suffix: 'other' })
    expect(() => readSettings({ config: 'none.yaml' }, {})).toThrow('there is no file none.yaml')
  })

  test.each(['MemorySize', '=1', ''])('--parameter %j is refused with an example', (given) => {
    expect(() => parseParameters([given])).toThrow(
      expect.objectContaining({
        code: 'IllegalParameter',
        exit: 2,
        hint: 'give for example --parameter MemorySize=1024',
      }) as Error,
    )
  })

  test('an empty value of a parameter is a value', () => {
    expect(parseParameters(['AlertEmail='])).toEqual({ AlertEmail: '' })
  })
})
