// Drill files: what a system can drill, one file per scenario in `cfn/systems/<system>/drills/`, checked when read.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { DrError } from '../core/errors.ts'
import type { Role } from '../core/model.ts'
import { fileFaults, type Loaded, parseYaml } from '../templates/load.ts'
import { actions } from './actions/index.ts'
import { modes, scenarios } from './drill.ts'
import { probeKinds } from './probes/index.ts'

const text = z.string().min(1)
const word = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')
const role = z.enum(['primary', 'failover', 'standalone'] satisfies Role[])
const duration = z
  .string()
  .regex(/^\d+[smh]$/, 'must be a duration such as 30s, 15m or 2h')
  .transform((it) => Number.parseInt(it, 10) * ({ s: 1, m: 60, h: 3600 }[it.at(-1) ?? ''] ?? 1))
const target = z.record(text, z.string('must be a string: put quotes around it'))
const oneOf = (names: Readonly<Record<string, unknown>>): z.ZodType<string> => {
  const known = Object.keys(names)
  return z.string().refine((it) => known.includes(it), `must be one of ${known.join(', ')}`)
}

const step = z.strictObject({ name: word, action: oneOf(actions), in: role, target })
const probe = z.strictObject({
  name: word,
  kind: oneOf(probeKinds),
  every: duration.default(1),
  measures: z.array(z.enum(['RTO', 'RPO', 'switch'])).default([]),
  exposure: z.boolean().default(false),
  pooled: z.boolean().default(false),
  from: role,
  to: role,
  target,
})

/** The probe beside one that a drill file wants pooled too. */
export const pooledName = (name: string): string => `${name}-pooled`

const about = { title: text, scenario: z.enum(scenarios), mode: z.enum(modes).optional() }
const drill = z.strictObject({
  ...about,
  interruption: text,
  maxDuration: duration,
  steady: duration,
  probes: z.array(probe).min(1),
  inject: z.array(step).default([]),
  recover: z.array(step).default([]),
  guards: z.array(z.strictObject({ in: role, alarm: text })).default([]),
  notProven: z.array(text).min(1),
})
const refusal = z.strictObject({ ...about, notApplicable: text })

type Raw = z.infer<typeof drill> | z.infer<typeof refusal>
export type Drill = z.infer<typeof drill>
export type DrillStep = z.infer<typeof step>

/** What a system says of one scenario: how it is drilled, or why it cannot be. */
export type DrillFile = Raw & {
  /** Of the file, without its ending. */
  name: string
}

export const isDrill = (file: DrillFile): file is Drill & { name: string } => !('notApplicable' in file)

/** Which branch is meant shows in one key, so that faults are told of that branch alone. */
function read(path: string): Loaded<DrillFile> {
  const probing = parseYaml(z.looseObject({}), path)
  const schema = ('notApplicable' in probing.data ? refusal : drill) as unknown as z.ZodType<Raw>
  const { data, at } = parseYaml(schema, path)
  const faults: { at: ReturnType<typeof at>; message: string }[] = []
  if (!('notApplicable' in data)) {
    const steps = [...data.inject.map(({ name }) => name), ...data.recover.map(({ name }) => name)]
    const probes = data.probes.flatMap(({ name, pooled }) => (pooled ? [name, pooledName(name)] : [name]))
    for (const [kind, names] of [['inject', steps] as const, ['probes', probes] as const]) {
      const twin = names.find((name, index) => names.indexOf(name) < index)
      if (twin !== undefined) faults.push({ at: at([kind]), message: `two of ${kind} are called "${twin}"` })
    }
    for (const [index, { kind, pooled }] of data.probes.entries())
      if (pooled && !probeKinds[kind]?.pools)
        faults.push({
          at: at(['probes', index, 'pooled']),
          message: `a probe of the kind ${kind} has no connections of its own to keep`,
        })
    if (data.inject.length === 0 && data.scenario !== 'probe')
      faults.push({
        at: at(['scenario']),
        message: `a drill of "${data.scenario}" injects something: "inject" is empty`,
      })
  }
  if (faults.length > 0) throw fileFaults(faults)
  return { file: path, data: { ...data, name: basename(path, '.yaml') }, at }
}

/**
 * The drill files of a system's folder with where each part stands, the harmless one first.
 * @throws DrError exit 2 with file, line and column of whatever is wrong in them
 */
export function loadedDrills(folder: string): Loaded<DrillFile>[] {
  const drills = join(folder, 'drills')
  if (!existsSync(drills)) return []
  const files = readdirSync(drills)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => read(join(drills, name)))
  return files.toSorted((a, b) => scenarios.indexOf(a.data.scenario) - scenarios.indexOf(b.data.scenario))
}

/** The drill files alone. Throws as `loadedDrills`. */
export const drillFiles = (folder: string): DrillFile[] => loadedDrills(folder).map(({ data }) => data)

/**
 * The file that is meant; a scenario with two modes means the graceful one unless the mode is said.
 * @throws DrError exit 2 where there is none, exit 8 where the scenario cannot be drilled on this system
 */
export function chosenDrill(
  files: readonly DrillFile[],
  system: string,
  { scenario, mode }: { scenario: string; mode: string | undefined },
): Drill & { name: string } {
  const fits = files.filter((it) => it.scenario === scenario && (mode === undefined || it.mode === mode))
  const found = fits.find((it) => it.mode === 'graceful') ?? fits[0]
  const known = files.map((it) => it.scenario + (it.mode ? ` --mode ${it.mode}` : '')).join(', ')
  const named = mode === undefined ? scenario : `${scenario} (${mode})`
  if (!found)
    throw new DrError(
      'NoDrill',
      2,
      `${system} has no drill of ${named}`,
      `it has: ${known || 'none'}; see: dr failover-test --system ${system} --list`,
    )
  if (isDrill(found)) return found
  throw new DrError(
    'NotApplicable',
    8,
    `${named} cannot be drilled: ${found.notApplicable}`,
    `see what can: dr failover-test --system ${system} --list`,
  )
}
