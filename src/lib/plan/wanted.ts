// What a stage should be: one definition for its stack set, and overrides for the instances that need their own.
import { createHash } from 'node:crypto'
import type { Definition } from '../aws/stack-set-views.ts'
import type { OutputReference, Region, Role, Stage, StageOutputs, Target } from '../core/model.ts'
import { stackSetName } from '../core/names.ts'

/** Replaces a value that is known only after an earlier stage has run. */
export const knownAfterApply = '(known after apply)'

/** The instances made by one operation: their regions, and overrides if they have any. */
export interface WantedStep {
  regions: Region[]
  overrides: Record<string, string>
}

export interface WantedStage {
  stage: string
  set: string
  /** JSON text of the root template, as the stack set will hold it. */
  template: string
  definition: Definition
  steps: WantedStep[]
}

/** What the caller knows about the place where the stage goes. */
export interface Place {
  /** `https://…/cfn/<hash>.json` in the administration region. */
  templateUrl: string
  template: string
  /** Parameters that the inputs do not give: chosen, or the template's defaults. */
  parameters: Record<string, string>
  administrationRoleArn: string
  executionRoleName: string
}

/** What was just seen, over what the record says of regions that are not looked at. */
export const over = (recorded: StageOutputs, seen: StageOutputs): StageOutputs =>
  Object.fromEntries(
    [...new Set([...Object.keys(recorded), ...Object.keys(seen)])].map((stage) => [
      stage,
      { ...recorded[stage], ...seen[stage] },
    ]),
  )

const read = (outputs: StageOutputs, from: OutputReference): string =>
  outputs[from.stage]?.[from.role]?.[from.output] ?? knownAfterApply

/** The region of a role; loading a target has made sure that it exists. */
export const regionOf = (target: Target, role: Role): Region => target.regions[role] ?? ''

/** Pure: what the stage should be, given the outputs known now. */
export function wantedStage(target: Target, stage: Stage, place: Place, outputs: StageOutputs): WantedStage {
  const inputs = Object.entries(stage.inputs).map(([name, from]) => [name, read(outputs, from)] as const)
  const steps = stage.steps.flatMap((roles) => {
    const own = roles.filter((role) => stage.overrides[role])
    const alike = roles.filter((role) => !stage.overrides[role])
    // One call has one list of overrides for all its regions, so an instance with its own gets its own call.
    const here = (role: Role): boolean => target.only?.includes(regionOf(target, role)) ?? true
    const groups = [alike, ...own.map((role) => [role])].map((group) => group.filter(here))
    return groups
      .filter((group) => group.length > 0)
      .map((group) => ({
        regions: group.map((role) => regionOf(target, role)),
        overrides: Object.fromEntries(
          group.flatMap((role) =>
            Object.entries(stage.overrides[role] ?? {}).map(([name, from]) => [name, read(outputs, from)] as const),
          ),
        ),
      }))
  })
  return {
    stage: stage.name,
    set: stackSetName(target.system.name, stage.name, target.suffix),
    template: place.template,
    definition: {
      templateUrl: place.templateUrl,
      parameters: { ...place.parameters, ...Object.fromEntries(inputs) },
      tags: environmentTags(target),
      administrationRoleArn: place.administrationRoleArn,
      executionRoleName: place.executionRoleName,
    },
    steps,
  }
}

/**
 * The tags of everything in an environment. Constant for its whole life: a tag that changed
 * (a role, a hash, an expiry) would change every resource.
 */
export function environmentTags(target: Target): Record<string, string> {
  return {
    ...target.system.tags,
    System: target.system.name,
    EnvironmentSuffix: target.suffix,
    ManagedBy: 'dr',
  }
}

/** Identifies the wanted state of a stage: equal states have equal operation ids, which is what makes a run resumable. */
export function stateHash(wanted: WantedStage): string {
  const { templateUrl: _, ...definition } = wanted.definition
  const text = JSON.stringify([wanted.set, wanted.template, definition], (_key, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
