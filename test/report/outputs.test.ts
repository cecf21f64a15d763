import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Target } from '../../src/lib/core/model.ts'
import { checkOutputsFolder, flatOutputs, removeOutputs, writeOutputs } from '../../src/lib/report/outputs.ts'
import { loadSystem } from '../../src/lib/load/system.ts'
import { inEmptyFolder } from '../cloud.ts'

beforeEach(inEmptyFolder)

const system = loadSystem(fileURLToPath(new URL('../../cfn', import.meta.url)), 'transactions')
const regions = { primary: 'us-east-1', failover: 'us-west-2' }
const target = (suffix: string): Target => ({ system, suffix, regions, scale: 'small', parameters: {} })

describe('flat outputs', () => {
  test('are sorted, name the environment, and say what is promised and missing', () => {
    const outputs = { foundation: { primary: { VpcId: 'vpc-1' }, failover: { VpcId: 'vpc-2', Unasked: 'x' } } }
    const { values, missing } = flatOutputs(target('pr1'), '123456789012', false, outputs)
    expect(values).toEqual({
      AccountId: '123456789012',
      EnvironmentSuffix: 'pr1',
      FailoverRegion: 'us-west-2',
      FailoverVpcId: 'vpc-2',
      PrimaryRegion: 'us-east-1',
      PrimaryVpcId: 'vpc-1',
      System: 'transactions',
    })
    expect(Object.keys(values)).toEqual(Object.keys(values).sort())
    expect(missing).toContain('PrimaryKeyArn')
    expect(missing).not.toContain('PrimaryVpcId')
  })

  test('of a simulated account say so', () => {
    expect(flatOutputs(target('pr1'), '000000000000', true, {}).values).toMatchObject({ Simulated: 'true' })
  })
})

describe('the outputs folder', () => {
  test('that is a file is refused before anything is changed', () => {
    writeFileSync('cfn-outputs', 'mine')
    expect(() => checkOutputsFolder()).toThrow(
      expect.objectContaining({
        code: 'OutputsNotWritable',
        exit: 2,
        hint: 'run dr in a folder where cfn-outputs/ can be written',
      }) as Error,
    )
    expect(readFileSync('cfn-outputs', 'utf8')).toBe('mine')
  })

  test('is tried without a trace: a deploy that is refused leaves no empty folder', () => {
    checkOutputsFolder()
    expect(existsSync('cfn-outputs')).toBe(false)
    mkdirSync('cfn-outputs')
    checkOutputsFolder()
    expect(readdirSync('cfn-outputs')).toEqual([])
  })

  test('holds the last deploy and one file for each environment, whole, with no draft beside them', () => {
    writeOutputs(target('one'), { System: 'transactions', EnvironmentSuffix: 'one' })
    expect(writeOutputs(target('two'), { System: 'transactions', EnvironmentSuffix: 'two' })).toEqual([
      'cfn-outputs/flat-outputs.json',
      'cfn-outputs/transactions-two.json',
    ])
    expect(readdirSync('cfn-outputs').sort()).toEqual([
      'flat-outputs.json',
      'transactions-one.json',
      'transactions-two.json',
    ])
    expect(JSON.parse(readFileSync('cfn-outputs/flat-outputs.json', 'utf8'))).toMatchObject({
      EnvironmentSuffix: 'two',
    })
    expect(JSON.parse(readFileSync('cfn-outputs/transactions-one.json', 'utf8'))).toMatchObject({
      EnvironmentSuffix: 'one',
    })
  })

  test('loses only the files that describe what is gone', () => {
    writeOutputs(target('one'), { System: 'transactions', EnvironmentSuffix: 'one' })
    writeOutputs(target('two'), { System: 'transactions', EnvironmentSuffix: 'two' })
    removeOutputs(target('one'))
    expect(readdirSync('cfn-outputs').sort()).toEqual(['flat-outputs.json', 'transactions-two.json'])
    removeOutputs(target('two'))
    expect(readdirSync('cfn-outputs')).toEqual([])
  })

  test('keeps a flat file that is none of ours, and its absence is no error', () => {
    removeOutputs(target('one'))
    expect(existsSync('cfn-outputs')).toBe(false)
    mkdirSync('cfn-outputs')
    writeFileSync('cfn-outputs/flat-outputs.json', 'not JSON')
    removeOutputs(target('one'))
    expect(readFileSync('cfn-outputs/flat-outputs.json', 'utf8')).toBe('not JSON')
  })
})
