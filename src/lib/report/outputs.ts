// cfn-outputs/flat-outputs.json: the outputs of an environment as one flat map, for people, scripts and tests.
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DrError } from '../core/errors.ts'
import type { StageOutputs, Target } from '../core/model.ts'

const outputsFolder = 'cfn-outputs'
const flatFile = 'flat-outputs.json'
const probeFile = '.probe'

interface FlatOutputs {
  values: Record<string, string>
  /** Keys that the system promises and no stack gave. */
  missing: string[]
}

/** What every environment gives, whatever its stacks do. */
const environmentValues = (
  { system, suffix, regions }: Pick<Target, 'system' | 'suffix' | 'regions'>,
  account: string,
) => ({
  System: system.name,
  EnvironmentSuffix: suffix,
  AccountId: account,
  PrimaryRegion: regions.primary ?? regions.standalone ?? '',
  ...(regions.failover ? { FailoverRegion: regions.failover } : {}),
})

/** Keys that every environment of a system has, whatever its stacks give. */
export const environmentKeys = (system: Target['system']): string[] =>
  Object.keys(environmentValues({ system, suffix: '', regions: system.regions }, ''))

/** Pure: the flat map with every promised key, sorted, and which ones are missing. */
export function flatOutputs(target: Target, account: string, simulated: boolean, outputs: StageOutputs): FlatOutputs {
  const { system } = target
  const values: Record<string, string> = {
    ...environmentValues(target, account),
    ...(simulated ? { Simulated: 'true' } : {}),
  }
  const missing: string[] = []
  for (const { key, from } of system.stages.flatMap((stage) => stage.outputs)) {
    const value = outputs[from.stage]?.[from.role]?.[from.output]
    if (value === undefined) missing.push(key)
    else values[key] = value
  }
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
  return { values: Object.fromEntries(sorted), missing }
}

const ownFile = (target: Target): string => `${target.system.name}-${target.suffix}.json`

/** Makes sure that outputs can be written, before anything is changed at AWS; leaves no trace. Throws (exit 2). */
export function checkOutputsFolder(): void {
  const folder = resolve(outputsFolder)
  const probe = join(folder, probeFile)
  try {
    const made = mkdirSync(folder, { recursive: true }) !== undefined
    writeFileSync(probe, '')
    rmSync(probe)
    if (made) rmdirSync(folder)
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    throw new DrError(
      'OutputsNotWritable',
      2,
      `outputs cannot be written to ${outputsFolder}/ (${why}); nothing was changed`,
      `run dr in a folder where ${outputsFolder}/ can be written`,
      { cause },
    )
  }
}

/** Writes both files whole or not at all; gives their paths. */
export function writeOutputs(target: Target, values: Record<string, string>): string[] {
  const text = `${JSON.stringify(values, undefined, 2)}\n`
  mkdirSync(resolve(outputsFolder), { recursive: true })
  return [flatFile, ownFile(target)].map((name) => {
    const path = join(outputsFolder, name)
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, text)
    renameSync(draft, path)
    return path
  })
}

/** Removes the files that describe this environment; the flat file only if it is about this one. */
export function removeOutputs(target: Target): void {
  rmSync(resolve(outputsFolder, ownFile(target)), { force: true })
  const flat = resolve(outputsFolder, flatFile)
  if (!existsSync(flat)) return
  const about = readFlat(flat)
  if (about?.['System'] === target.system.name && about['EnvironmentSuffix'] === target.suffix) rmSync(flat)
}

function readFlat(path: string): Record<string, string> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  } catch {
    return undefined // Not ours to remove when it is not what we write.
  }
}
