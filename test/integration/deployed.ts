// What the tests of any deployed system begin with: the outputs file, what may run against it, and whose account it is.
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import type { Aws } from '../../src/lib/aws/connect.ts'
import { masked } from '../../src/lib/core/names.ts'
import { environment, outputsFile } from './environment.ts'

type Rule = (name: string, run: () => unknown) => void

export interface Deployed {
  /** A test that runs on the simulator and on AWS alike; skipped when the file is about another system. */
  rule: Rule
  /** A test of what is not simulated: APIs, databases and files that answer. */
  onAws: Rule
  /** A value of the outputs file; fails when it is not there. */
  get: (key: string) => string
  aws: Aws
  /** The keys and values of the file that stacks must have told; fails when there are not more than `least`. */
  claimed: (least: number) => [key: string, value: string][]
}

/** What dr says by itself. */
const own = new Set(['System', 'EnvironmentSuffix', 'AccountId', 'PrimaryRegion', 'FailoverRegion', 'Simulated'])

/** The deployed system. */
export async function deployed(system: string): Promise<Deployed> {
  const found = await environment()
  const isOurs = found?.outputs.System === system
  const why = found ? 'that file is about another system' : 'no such file: run dr deploy first'
  const rule: Rule = isOurs ? test : (name) => test.skip(`${name} (${relative('', outputsFile)}: ${why})`)
  const onAws: Rule = isOurs && !found.simulated ? rule : (name) => test.skip(`${name} (AWS only)`)
  const { outputs, aws } = found ?? ({} as NonNullable<typeof found>)
  const get = (key: string): string => {
    expect(outputs[key], `${key} in ${outputsFile}`).toMatch(/\S/)
    return outputs[key] ?? ''
  }
  const claimed = (least: number): [string, string][] => {
    const told = Object.entries(outputs).filter(([key]) => !own.has(key))
    expect(told.length).toBeGreaterThan(least)
    return told
  }

  rule('COMMON-13 the file belongs to the account that the credentials belong to', () => {
    expect(masked(aws.account)).toBe(masked(get('AccountId')))
  })

  return { rule, onAws, get, aws, claimed }
}
