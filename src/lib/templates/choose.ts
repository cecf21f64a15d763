// Which value each root parameter gets, as far as it is known before anything is deployed:
// dr's own, those chosen by the user, those of the scale, and the template's defaults.
import { DrError } from '../core/errors.ts'
import type { Stage, Target } from '../core/model.ts'
import { secretName } from '../core/names.ts'
import type { TemplateBody } from './evaluation.ts'
import { asText } from './intrinsics.ts'

/** Root template of each stage, by name. */
export type Roots = Record<string, TemplateBody>

/** Values by stage and parameter. */
export type Chosen = Record<string, Record<string, string>>

/** Whether a parameter of this name means the same everywhere, so that one value serves every stage that declares it. */
const isShared = ({ system }: Target, name: string): boolean =>
  name === 'PermissionsBoundary' || system.secrets.some(({ parameter }) => parameter === name)

/**
 * Values for every declared root parameter that no stage input or override gives; those without any value are absent.
 * @throws DrError exit 2: a name that no stage declares, several declare, or that is not the user's to choose
 */
export function chooseParameters(target: Target, roots: Roots): Chosen {
  const faults: string[] = []
  const given: Chosen = {}
  const give = (source: Record<string, string>, what: string): void => {
    for (const [key, value] of Object.entries(source).sort(([a], [b]) => a.split('.').length - b.split('.').length)) {
      const found = stagesOf(target, roots, key)
      if (found.fault) faults.push(`${what} ${key}: ${found.fault}`)
      for (const stage of found.stages ?? []) (given[stage] ??= {})[key.split('.').at(-1) ?? ''] = value
    }
  }
  give(target.system.scales[target.scale], `scale ${target.scale},`)
  give(target.parameters, 'parameter')
  if (faults.length) {
    throw new DrError('UnknownParameter', 2, faults.join('\n'), 'give parameters as Name=Value or stage.Name=Value')
  }
  const own = ownValues(target)
  return Object.fromEntries(
    target.system.stages.map((stage) => [
      stage.name,
      valuesOf(stage, roots[stage.name], { ...secretNames(target), ...given[stage.name], ...own }),
    ]),
  )
}

/**
 * As chooseParameters, but nothing may be missing: for those who are about to deploy.
 * @throws DrError exit 2 naming each parameter that has no value
 */
export function requireParameters(target: Target, roots: Roots): Chosen {
  const chosen = chooseParameters(target, roots)
  const missing = target.system.stages.flatMap((stage) =>
    missingParameters(stage, roots[stage.name], chosen[stage.name] ?? {}).map((name) => `${stage.name}.${name}`),
  )
  if (missing.length === 0) return chosen
  const hint = `add ${missing.map((name) => `--parameter ${name}=…`).join(' ')}`
  throw new DrError('MissingParameter', 2, `no value for ${missing.join(', ')}`, hint)
}

/** Declared parameters without default that nothing gives. */
export function missingParameters(
  stage: Stage,
  body: TemplateBody | undefined,
  chosen: Record<string, string>,
): string[] {
  const roles = stage.steps.flat()
  const overridden = (name: string): boolean => roles.every((role) => stage.overrides[role]?.[name])
  return Object.keys(body?.Parameters ?? {}).filter(
    (name) => chosen[name] === undefined && !stage.inputs[name] && !overridden(name),
  )
}

/** What dr knows by itself and gives to every root that declares it. */
const ownValues = ({ system, suffix, regions }: Target): Record<string, string> => ({
  EnvironmentSuffix: suffix,
  System: system.name,
  PrimaryRegion: regions.primary ?? regions.standalone ?? '',
  ...(regions.failover === undefined ? {} : { FailoverRegion: regions.failover }),
})

/** The names of the secrets, where the user chose no other. */
const secretNames = ({ system, suffix }: Target): Record<string, string> =>
  Object.fromEntries(system.secrets.map(({ parameter, name }) => [parameter, secretName(system.name, suffix, name)]))

function valuesOf(stage: Stage, body: TemplateBody | undefined, given: Record<string, string>): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [name, { Default }] of Object.entries(body?.Parameters ?? {})) {
    if (stage.inputs[name]) continue
    const value = given[name] ?? asText(Default)
    if (value !== undefined) values[name] = value
  }
  return values
}

/** The stages that `Name` or `stage.Name` means, or why it means none. */
function stagesOf(target: Target, roots: Roots, key: string): { stages?: string[]; fault?: string } {
  const [name = '', only] = key.split('.').reverse()
  if (Object.hasOwn(ownValues(target), name)) return { fault: 'dr gives it itself' }
  const declaring = target.system.stages.filter((stage) => Object.hasOwn(roots[stage.name]?.Parameters ?? {}, name))
  const free = declaring.filter((stage) => !wired(stage, name)).map((stage) => stage.name)
  if (only !== undefined) {
    if (free.includes(only)) return { stages: [only] }
    if (declaring.some((stage) => stage.name === only)) return { fault: 'it comes from another stage' }
    if (!target.system.stages.some((stage) => stage.name === only)) return { fault: `there is no stage ${only}` }
  }
  if (only === undefined && (free.length === 1 || isShared(target, name))) return { stages: free }
  if (only === undefined && free.length > 1) {
    return { fault: `several stages have it, choose ${free.map((stage) => `${stage}.${name}`).join(' or ')}` }
  }
  if (declaring.length && only === undefined) return { fault: 'it comes from another stage' }
  const open = target.system.stages.flatMap((stage) =>
    Object.keys(roots[stage.name]?.Parameters ?? {})
      .filter((known) => !wired(stage, known) && !Object.hasOwn(ownValues(target), known))
      .map((known) => (isShared(target, known) ? known : `${stage.name}.${known}`)),
  )
  return { fault: `no stage declares it; there are ${[...new Set(open)].join(', ') || 'none to choose'}` }
}

/** Whether the value is born in a stage, so that nobody can choose it. */
const wired = (stage: Stage, name: string): boolean =>
  stage.inputs[name] !== undefined || Object.values(stage.overrides).some((override) => override?.[name] !== undefined)
