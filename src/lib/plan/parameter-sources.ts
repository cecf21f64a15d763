// Pure: root parameters and tags that get another value, each with where the new value comes from.
import type { Stage, Target } from '../core/model.ts'
import type { TemplateBody } from '../templates/evaluation.ts'
import { asText } from '../templates/intrinsics.ts'
import type { ValueDifference } from '../core/difference.ts'
import { hidden, shownValue } from './shown-values.ts'
import { isSecret } from '../templates/tree.ts'

/** Where a user's parameters were given: by flag, or in dr.yaml. Keys as given, `Name` or `stage.Name`. */
export type Given = Record<string, string>

/** In words: who decided on the value of this parameter in the region of this role. */
export function sourceOf(target: Target, stage: Stage, role: string, name: string, given: Given): string {
  const override = stage.overrides[role as keyof Stage['overrides']]?.[name]
  const from = override ?? stage.inputs[name]
  if (from) return `${from.stage}.${from.role}.${from.output}`
  const own = [`${stage.name}.${name}`, name]
  const key = own.find((it) => target.parameters[it] !== undefined)
  if (key !== undefined) return given[key] ?? 'given'
  if (own.some((it) => target.system.scales[target.scale][it] !== undefined)) return `scale ${target.scale}`
  const secrets = target.system.secrets.map(({ parameter }) => parameter)
  return ['EnvironmentSuffix', 'System', 'PrimaryRegion', 'FailoverRegion', ...secrets].includes(name)
    ? 'dr'
    : 'default'
}

interface Sides {
  before: { body: TemplateBody; values: Record<string, string> }
  after: { body: TemplateBody; values: Record<string, string> }
  account: string
  source(name: string): string
}

/**
 * Parameters whose value differs. One that is new and keeps its default is no news, nor is a NoEcho one that
 * stays: AWS masks it, so it cannot be compared.
 */
export function parameterDifferences({ before, after, account, source }: Sides): ValueDifference[] {
  const names = [
    ...new Set([...Object.keys(before.body.Parameters ?? {}), ...Object.keys(after.body.Parameters ?? {})]),
  ]
  const shown = (body: TemplateBody, name: string, value: string): string =>
    isSecret(body, name) ? hidden : shownValue(value, account, () => false)
  return names.flatMap((name) => {
    const was = name in (before.body.Parameters ?? {}) ? before.values[name] : undefined
    const now = name in (after.body.Parameters ?? {}) ? after.values[name] : undefined
    const secret = was !== undefined && now !== undefined && (isSecret(before.body, name) || isSecret(after.body, name))
    const unchanged = was === undefined && now === asText(after.body.Parameters?.[name]?.Default)
    if (was === now || secret || unchanged) return []
    return [
      {
        name,
        ...(was === undefined ? {} : { before: shown(before.body, name, was) }),
        ...(now === undefined ? {} : { after: shown(after.body, name, now) }),
        source: now === undefined ? 'no longer there' : source(name),
      },
    ]
  })
}

/** Tags of the stack set that differ; CloudFormation puts them on every resource that can carry one. */
export function tagDifferences(before: Record<string, string>, after: Record<string, string>): ValueDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, now] = [before[name], after[name]]
    if (was === now) return []
    return [
      {
        name,
        ...(was === undefined ? {} : { before: was }),
        ...(now === undefined ? {} : { after: now }),
        source: 'tags',
      },
    ]
  })
}
