// What the user wants: flag over environment over dr.yaml over system.yaml.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { DrError } from '../core/errors.ts'
import type { Region, Scale } from '../core/model.ts'
import { parseYaml } from '../templates/load.ts'

const text = z.string().min(1, 'must not be empty')

/** dr.yaml. Account ids must be quoted: YAML would read some of them as numbers with leading zeros lost. */
const fileForm = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be twelve digits in quotes')
    .optional(),
  profile: text.optional(),
  system: text.optional(),
  suffix: text.optional(),
  primary: text.optional(),
  failover: text.optional(),
  scale: z.enum(['small', 'large'], 'must be small or large').optional(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  createSecret: z.boolean().optional(),
  protect: z.boolean().optional(),
  templates: text.optional(),
})

/** The flags that settings come from, as oclif parsed them. */
export interface SettingFlags {
  system?: string | undefined
  suffix?: string | undefined
  profile?: string | undefined
  config?: string | undefined
  parameter?: string[] | undefined
  scale?: string | undefined
  primary?: string | undefined
  failover?: string | undefined
  templates?: string | undefined
  timeout?: number | undefined
  region?: string[] | undefined
  direct?: boolean | undefined
  release?: string | undefined
  'create-secret'?: boolean | undefined
  'on-interrupt'?: string | undefined
}

export interface Settings {
  system: string
  suffix: string | undefined
  account: string | undefined
  profile: string | undefined
  primary: Region | undefined
  failover: Region | undefined
  scale: Scale
  /** `Name` or `stage.Name` → value. */
  parameters: Record<string, string>
  /** Where each of them was given: `--parameter` or `dr.yaml`. */
  given: Record<string, string>
  tags: Record<string, string>
  protect: boolean
  /** Missing secrets may be made. */
  createSecret: boolean
  /** Work on these regions only. */
  only: Region[] | undefined
  /** Update the instances' stacks themselves, past a stack set whose operation is stuck. */
  direct: boolean
  /** Return to this recorded release instead of the templates. */
  release: string | undefined
  /** `--on-interrupt stop`. */
  stopOnLeaving: boolean
  /** How long one operation may take. The longest usual one, a database, takes under an hour. */
  timeoutMinutes: number
  /** Folder with systems/ and the nested templates; undefined for the one that comes with dr. */
  templates: string | undefined
}

/** Reads dr.yaml, if there is one, and puts the flags on top. Throws (exit 2) with file, line and column. */
export function readSettings(flags: SettingFlags, env: NodeJS.ProcessEnv = process.env): Settings {
  if (flags.config !== undefined && !existsSync(flags.config))
    throw new DrError('NoConfig', 2, `there is no file ${flags.config}`, 'give another one with --config')
  const path = resolve(flags.config ?? 'dr.yaml')
  const file = existsSync(path) ? parseYaml(fileForm, path).data : {}
  const fromFile = Object.entries(file.parameters ?? {}).map(([name, value]) => [name, String(value)] as const)
  const fromFlags = parseParameters(flags.parameter ?? [])
  const all = (names: Iterable<string>, where: string): Record<string, string> =>
    Object.fromEntries([...names].map((name) => [name, where]))
  return {
    system: flags.system ?? env['DR_SYSTEM'] ?? file.system ?? 'transactions',
    suffix: flags.suffix ?? env['DR_SUFFIX'] ?? file.suffix,
    account: file.account,
    profile: flags.profile ?? file.profile,
    primary: flags.primary ?? file.primary,
    failover: flags.failover ?? file.failover,
    scale: (flags.scale as Scale | undefined) ?? file.scale ?? 'small',
    parameters: { ...Object.fromEntries(fromFile), ...fromFlags },
    given: { ...all(Object.keys(file.parameters ?? {}), 'dr.yaml'), ...all(Object.keys(fromFlags), '--parameter') },
    tags: file.tags ?? {},
    protect: file.protect ?? false,
    createSecret: flags['create-secret'] ?? file.createSecret ?? false,
    only: flags.region,
    direct: flags.direct ?? false,
    release: flags.release,
    stopOnLeaving: flags['on-interrupt'] === 'stop',
    timeoutMinutes: flags.timeout ?? 90,
    templates: flags.templates ?? file.templates,
  }
}

/** `Name=Value` each; throws (exit 2) on one without a name or an equals sign. */
export function parseParameters(given: string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((item) => {
      const at = item.indexOf('=')
      if (at < 1)
        throw new DrError(
          'IllegalParameter',
          2,
          `--parameter ${item} is not of the form Name=Value`,
          'give for example --parameter MemorySize=1024',
        )
      return [item.slice(0, at), item.slice(at + 1)]
    }),
  )
}
