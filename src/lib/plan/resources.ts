// Pure: how many resources the templates hold, and how long they usually take: the longest chain, not the sum.
import { nestedOverhead, stackSetOverhead, usualOf } from '../core/durations.ts'
import type { Change } from '../core/events.ts'
import type { Region, System } from '../core/model.ts'
import type { ResolvedTemplate } from '../templates/resolve.ts'
import { nestedType } from '../templates/tree.ts'

/** Resources of a stage in a region, nested stacks themselves not counted. */
export const resourceCount = (resolved: ResolvedTemplate[], stage: string, region: Region): number =>
  resolved
    .filter((it) => it.stage === stage && it.region === region)
    .flatMap((it) => Object.values(it.resources))
    .filter((it) => it.type !== nestedType).length

/** Seconds that the creation of one template usually takes: its longest chain of resources that wait for each other. */
function chainSeconds(all: ResolvedTemplate[], template: ResolvedTemplate): number {
  const done = new Map<string, number>()
  const own = (id: string): number => {
    const { type = '', properties } = template.resources[id] ?? {}
    if (type !== nestedType) return usualOf(type, properties).create
    const path = [...template.path, id].join('/')
    const nested = all.find(
      (it) => it.stage === template.stage && it.region === template.region && it.path.join('/') === path,
    )
    return nestedOverhead + (nested ? chainSeconds(all, nested) : 0)
  }
  const end = (id: string): number => {
    const known = done.get(id)
    if (known !== undefined) return known
    const needs = template.resources[id]?.dependsOn ?? []
    const seconds = Math.max(0, ...needs.map(end)) + own(id)
    done.set(id, seconds)
    return seconds
  }
  return Math.max(0, ...Object.keys(template.resources).map(end))
}

/** Seconds that an update of one stack usually takes: its slowest resource, since we do not know here which one changes. */
const updateSeconds = (all: ResolvedTemplate[], stage: string, region: Region): number =>
  nestedOverhead +
  Math.max(
    0,
    ...all
      .filter((it) => it.stage === stage && it.region === region)
      .flatMap((it) => Object.values(it.resources).map(({ type, properties }) => usualOf(type, properties).update)),
  )

/**
 * Seconds that a plan usually takes: the critical path over stages, steps and resources of what it changes.
 * Source of the durations: durations.ts.
 */
export function usualSeconds(
  system: System,
  regions: Partial<Record<string, Region>>,
  all: ResolvedTemplate[],
  change: (stage: string, region: Region) => Change,
): number {
  const done = new Map<string, number>()
  for (const stage of system.stages) {
    const begin = Math.max(0, ...stage.needs.map((name) => done.get(name) ?? 0))
    const seconds = (root: ResolvedTemplate): number =>
      change(stage.name, root.region) === 'create'
        ? chainSeconds(all, root)
        : updateSeconds(all, stage.name, root.region)
    const steps = stage.steps.map((roles) => {
      const roots = roles.flatMap((role) =>
        all.filter((it) => it.stage === stage.name && it.region === regions[role] && it.path.length === 0),
      )
      const changed = roots.filter((root) => change(stage.name, root.region) !== 'none')
      return changed.length === 0 ? 0 : stackSetOverhead + Math.max(...changed.map(seconds))
    })
    done.set(stage.name, begin + steps.reduce((sum, step) => sum + step, 0))
  }
  return Math.max(0, ...done.values())
}
