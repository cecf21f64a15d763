// A plan as pure text: one row per stage and region, and what each pair of them would do.
import type { Change, PlannedStage } from '../events.ts'
import type { Paint } from './paint.ts'
import { plural, roughly } from './words.ts'

const signs: Record<Change, string> = { none: ' ', create: '+', update: '~', delete: '-', unknown: '?' }
const words: Record<Change, string> = {
  none: 'no change',
  create: 'create',
  update: 'update',
  delete: 'delete',
  unknown: 'no answer',
}

function row(stage: PlannedStage, paint: Paint): string[] {
  const changed = stage.regions.filter((it) => it.change !== 'none')
  if (changed.length === 0) return [`   ${stage.name.padEnd(13)}${paint.dim('no change')}`]
  return stage.regions.map((it, at) => {
    const name = (at === 0 ? stage.name : '').padEnd(13)
    const count = it.change === 'none' ? '' : plural(it.resources, 'resource')
    const text = `${signs[it.change]} ${words[it.change].padEnd(10)} ${count}`.trimEnd()
    return `   ${name}${it.region.padEnd(14)}${it.change === 'none' ? paint.dim(text) : text}`
  })
}

/** The whole plan, without its heading. */
export function planText(stages: PlannedStage[], usualSeconds: number, paint: Paint): string {
  const shown = stages.filter((stage) => stage.regions.length > 0)
  const pairs = shown.flatMap((stage) => stage.regions)
  const count = (change: Change): number => pairs.filter((it) => it.change === change).length
  const changes = (['create', 'update', 'delete'] as const)
    .filter((change) => count(change) > 0)
    .map((change) => `${count(change)} to ${change}`)
  const summary =
    changes.length > 0
      ? `${plural(pairs.length, 'stack instance')}: ${changes.join(', ')} · usually ${roughly(usualSeconds)}`
      : `no changes: ${plural(pairs.length, 'stack instance')} as wanted`
  return [...shown.flatMap((stage) => row(stage, paint)), '', `   ${summary}`].join('\n')
}
