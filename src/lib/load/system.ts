// A system is one folder below cfn/systems: its system.yaml, read here, and one root template per stage.
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { DrError } from '../core/errors.ts'
import type { OutputKey, OutputReference, Role, Scale, Stage, System } from '../core/model.ts'
import { order } from '../templates/graph.ts'
import { fileFaults, parseYaml, type Loaded } from '../templates/load.ts'
import type { Path } from '../templates/positions.ts'

const word = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')
const roles = ['primary', 'failover', 'standalone'] as const satisfies Role[]
const role = z.enum(roles)
const text = z.string().min(1)
const duration = z.string().regex(/^\d+[smh]$/, 'must be a duration such as 30s, 15m or 24h')
const perScale = z.record(text, z.string('must be a string: put quotes around it'))
const outputNames = z.array(text)

const stageSchema = z.strictObject({
  name: word,
  steps: z.array(z.array(role).min(1)).min(1),
  needs: z.array(word).default([]),
  inputs: z.record(text, text).default({}),
  overrides: z.partialRecord(role, z.record(text, text)).default({}),
  outputs: z.partialRecord(z.enum([...roles, 'each']), outputNames).default({}),
})

const residencySchema = z.strictObject({
  allow: z.array(z.string().regex(/^[a-z0-9-]+\*?$/, 'must be a region such as eu-central-1, or eu-*')).min(1),
  because: text,
})

const secretSchema = z.strictObject({ name: word, parameter: text, keys: z.array(text).min(1) })

const systemSchema = z.strictObject({
  name: word,
  title: text,
  regions: z.union(
    [z.strictObject({ standalone: text }), z.strictObject({ primary: text, failover: text })],
    'must be either { primary, failover } or { standalone }',
  ),
  objectives: z.strictObject({ rto: duration, rpo: duration }),
  tags: z.record(text, text).default({}),
  scales: z.strictObject({ small: perScale, large: perScale }).default({ small: {}, large: {} }),
  residency: residencySchema.optional(),
  secrets: z.array(secretSchema).default([]),
  quotas: z.partialRecord(z.enum(['small', 'large']), z.array(text)).default({}),
  stages: z.array(stageSchema).min(1),
})

type Raw = z.infer<typeof systemSchema>
type RawStage = z.infer<typeof stageSchema>

/** Names of the systems in a templates folder, sorted. */
export function systemNames(templatesFolder: string): string[] {
  const folder = join(templatesFolder, 'systems')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'system.yaml')))
    .sort()
}

/**
 * Loads a system and checks it: shape, references between stages, circles, root templates that exist.
 * @throws DrError exit 2: an unknown system (the known ones are listed), or every fault with its position
 */
export function loadSystem(templatesFolder: string, name: string): System {
  const known = systemNames(templatesFolder)
  if (!known.includes(name)) {
    const hint = known.length ? `pick one of: ${known.join(', ')}` : `there is no system in ${templatesFolder}`
    throw new DrError('UnknownSystem', 2, `there is no system "${name}"`, hint)
  }
  const file = resolve(templatesFolder, 'systems', name, 'system.yaml')
  const loaded = parseYaml(systemSchema as unknown as z.ZodType<Raw>, file)
  const { data } = loaded
  const faults = new Faults(loaded)
  if (data.name !== name) faults.add(['name'], `"name" is "${data.name}", but its folder is "${name}"`)
  const drafts = data.stages.map((stage, index) => readStage(data, stage, index, dirname(file), faults))
  const byName = new Map(drafts.map((stage) => [stage.name, stage]))
  const sorted = order([...byName.keys()], (id) => byName.get(id)?.needs ?? [])
  if (sorted.circle) {
    const at = data.stages.findIndex((stage) => stage.name === sorted.circle[0])
    faults.add(['stages', at], `the stages ${sorted.circle.join(' → ')} → ${sorted.circle[0]} need each other`)
  }
  for (const property of ['name', 'parameter'] as const) {
    const values = data.secrets.map((secret) => secret[property])
    const twin = values.findIndex((value, index) => values.indexOf(value) < index)
    if (twin >= 0)
      faults.add(['secrets', twin, property], `there are two secrets with the ${property} "${values[twin] ?? ''}"`)
  }
  faults.throw()
  return {
    name,
    title: data.title,
    folder: dirname(file),
    regions: data.regions,
    objectives: { rtoSeconds: seconds(data.objectives.rto), rpoSeconds: seconds(data.objectives.rpo) },
    tags: data.tags,
    scales: data.scales satisfies Record<Scale, Record<string, string>>,
    ...(data.residency ? { residency: data.residency } : {}),
    secrets: data.secrets,
    quotas: data.quotas,
    stages: (sorted.order ?? []).flatMap((id) => byName.get(id) ?? []),
  }
}

/** `15m` → 900. */
function seconds(duration: string): number {
  const unit = { s: 1, m: 60, h: 3600 }[duration.at(-1) ?? ''] ?? 1
  return Number.parseInt(duration, 10) * unit
}

class Faults {
  readonly #loaded: Loaded<Raw>
  readonly #faults: { path: Path; message: string }[] = []
  constructor(loaded: Loaded<Raw>) {
    this.#loaded = loaded
  }
  add(path: Path, message: string): void {
    this.#faults.push({ path, message })
  }
  throw(): void {
    if (this.#faults.length === 0) return
    throw fileFaults(this.#faults.map(({ path, message }) => ({ at: this.#loaded.at(path), message })))
  }
}

function readStage(system: Raw, stage: RawStage, index: number, folder: string, faults: Faults): Stage {
  const path = ['stages', index]
  const template = join(folder, `${stage.name}.yaml`)
  if (!existsSync(template)) faults.add([...path, 'name'], `the root template ${template} does not exist`)
  const twin = system.stages.findIndex((other) => other.name === stage.name)
  if (twin !== index) faults.add([...path, 'name'], `there are two stages "${stage.name}"`)
  checkSteps(system, stage, path, faults)

  const reference = (at: Path, written: string): OutputReference => {
    const [from = '', role = '', output = '', ...rest] = written.split('.')
    const producer = system.stages.find((other) => other.name === from)
    const wrong = (why: string): void => faults.add(at, `"${written}" ${why}`)
    if (!output || rest.length) wrong('must have the form <stage>.<role>.<Output>')
    else if (!producer) wrong(`names the unknown stage "${from}"`)
    else if (!rolesOf(producer).includes(role as Role)) wrong(`names "${role}", a role that "${from}" does not have`)
    return { stage: from, role: role as Role, output }
  }
  const references = (at: Path, written: Record<string, string>): Record<string, OutputReference> =>
    Object.fromEntries(Object.entries(written).map(([name, ref]) => [name, reference([...at, name], ref)]))

  const inputs = references([...path, 'inputs'], stage.inputs)
  const overrides: Stage['overrides'] = {}
  for (const [role, written] of Object.entries(stage.overrides) as [Role, Record<string, string>][]) {
    overrides[role] = references([...path, 'overrides', role], written)
    checkOverrides(stage, role, overrides[role], [...path, 'overrides', role], faults)
  }
  for (const [at, need] of stage.needs.entries()) {
    const known = system.stages.some((other) => other.name === need)
    if (!known) faults.add([...path, 'needs', at], `"${need}" is not a stage of this system`)
  }
  for (const [name, from] of Object.entries(inputs)) {
    if (from.stage !== stage.name) continue
    faults.add([...path, 'inputs', name], `a value born in "${stage.name}" itself belongs under overrides`)
  }
  const others = Object.values(inputs).filter((from) => from.stage !== stage.name)
  const needs = [...new Set([...stage.needs, ...others.map((from) => from.stage)])]
  return { name: stage.name, template, steps: stage.steps, needs, inputs, overrides, outputs: outputKeys(stage) }
}

const rolesOf = (stage: RawStage): Role[] => stage.steps.flat()

function checkSteps(system: Raw, stage: RawStage, path: Path, faults: Faults): void {
  const all = rolesOf(stage)
  for (const [step, names] of stage.steps.entries()) {
    for (const [index, name] of names.entries()) {
      const at = [...path, 'steps', step, index]
      if (!(name in system.regions)) faults.add(at, `"${name}" has no region in this system`)
      if (all.filter((other) => other === name).length > 1) faults.add(at, `"${name}" stands in two steps`)
    }
  }
  for (const name of Object.keys(stage.outputs)) {
    if (name === 'each' || all.includes(name as Role)) continue
    faults.add([...path, 'outputs', name], `"${name}" is not a role of "${stage.name}"`)
  }
}

/** An override carries a value from an earlier step of the same stage; anything else is an input. */
function checkOverrides(
  stage: RawStage,
  to: Role,
  from: Record<string, OutputReference>,
  at: Path,
  faults: Faults,
): void {
  const step = (role: Role): number => stage.steps.findIndex((names) => names.includes(role))
  if (step(to) < 0) faults.add(at, `"${to}" is not a role of "${stage.name}"`)
  for (const [name, reference] of Object.entries(from)) {
    if (reference.stage !== stage.name) faults.add([...at, name], `an override must come from "${stage.name}" itself`)
    else if (step(reference.role) >= step(to))
      faults.add([...at, name], `"${reference.role}" is not deployed before "${to}"`)
  }
}

/** `each` gives `PrimaryVpcId` and `FailoverVpcId`; with one region, and under a role's name, keys stay as they are. */
function outputKeys(stage: RawStage): OutputKey[] {
  const prefix = (role: Role): string => (role === 'standalone' ? '' : role[0]?.toUpperCase() + role.slice(1))
  return Object.entries(stage.outputs).flatMap(([group, names]) =>
    (group === 'each' ? rolesOf(stage) : [group as Role]).flatMap((role) =>
      names.map((output) => ({
        key: group === 'each' ? prefix(role) + output : output,
        from: { stage: stage.name, role, output },
      })),
    ),
  )
}
