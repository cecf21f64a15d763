// What changes inside the stack instances, as plain rows that the screen, the log and the pull request lay out.
import type { Action, Differences, InstanceDifferences, ResourceDifference, StuckInstance } from '../core/difference.ts'
import { isRefused } from '../confirm/kept-names.ts'
import { sameEverywhere } from '../plan/differences.ts'
import { crumbs } from '../core/words.ts'

export const actionSigns: Record<Action, string> = {
  added: '+',
  changed: '~',
  'may-replace': '!',
  replaced: '!',
  removed: '-',
  retained: '-',
}

const actionWords: Record<Action, string> = {
  added: 'added',
  changed: 'changed',
  'may-replace': 'may be replaced',
  replaced: 'replaced',
  removed: 'deleted',
  retained: 'retained',
}

/** Instances of one stage that read the same are one row, whose region is `both`. */
export interface Row extends InstanceDifferences {
  where: string
  regions: string[]
}

/** ARNs by service and resource alone, `dynamodb:table/orders`: where they are, the row says. */
const brief = (text: string): string => text.replaceAll(/\barn:[\w-]+:([\w-]+):[^:\s]*:[^:\s]*:/g, '$1:')

const briefly = (it: ResourceDifference): ResourceDifference => ({ ...it, rights: it.rights.map(brief) })

/** One row per stage and region, or one for all regions that differ alike. */
export function rowsOf({ instances }: Differences): Row[] {
  const rows: Row[] = []
  for (const instance of instances) {
    const it = { ...instance, resources: instance.resources.map(briefly) }
    const like = rows.find((row) => row.stage === it.stage && alike(row, it))
    if (like) like.regions.push(it.region)
    else rows.push({ ...it, where: '', regions: [it.region] })
  }
  const where = ({ regions }: Row): string =>
    regions.length === 1 ? (regions[0] ?? '') : regions.length === 2 ? 'both' : `${regions.length} regions`
  return rows.map((row) => ({ ...row, where: where(row) }))
}

const alike = ({ where: _where, regions: _regions, ...row }: Row, it: InstanceDifferences): boolean =>
  sameEverywhere(row, it)

/** `~ 1 changed   ! 2 replaced`, worst last; empty when nothing inside differs. */
export function counts(resources: ResourceDifference[]): string {
  const order: Action[] = ['added', 'changed', 'retained', 'removed', 'may-replace', 'replaced']
  return order
    .map((action) => ({ action, count: resources.filter((it) => it.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${actionSigns[action]} ${count} ${actionWords[action]}`)
    .join('   ')
}

/** Why a stack instance is updated in which no resource differs. */
export function bareReason({ resources, parameters, tags, unread }: InstanceDifferences): string {
  if (unread !== undefined) return unread
  if (resources.length > 0) return ''
  if (tags.length > 0) return 'tags of every resource'
  return parameters.length > 0 ? 'no resource differs' : 'brought up to date, no resource differs'
}

/** `replaced · DATA LOSS`; empty for what only changes. */
export function verdictOf(difference: ResourceDifference): string {
  const { action, loss } = difference
  if (isRefused(difference)) return 'cannot be replaced'
  const word = action === 'changed' ? '' : actionWords[action]
  return [word, loss ? 'DATA LOSS' : ''].filter(Boolean).join(' · ')
}

/** `512 → 1024`; a side that does not exist is left out. */
export function change({ before, after }: { before?: string | undefined; after?: string | undefined }): string {
  if (before === undefined) return `+ ${after ?? ''}`
  return after === undefined ? `- ${before}` : `${before} → ${after}`
}

const remedies: Record<StuckInstance['remedy'], string> = {
  wait: 'its end is awaited first',
  'continue-rollback': 'rollback continued first',
  'roll-back': 'update rolled back first',
  'delete-stack': 'deleted first, then created anew',
  detach: 'removed from its set, then created anew',
}

/** What is done about a stuck stack before anything else: `UPDATE_ROLLBACK_FAILED: rollback continued first`. */
export const remedyOf = ({ state, remedy }: StuckInstance): string => `${state}: ${remedies[remedy]}`

/** The flag that lets a stuck stack be deleted which holds, or may hold, data. */
export const stuckFlag = ({ stage, region }: StuckInstance): string => `--allow-replace ${stage}/${region}`

/** Everything in lines that stand alone, for a log. */
export const loneLines = (differences: Differences): string[] => [
  ...differences.stuck.map((it) => `${`${it.stage} ${it.region}`.padEnd(22)}  ${remedyOf(it)}`),
  ...rowsOf(differences).flatMap((row) => {
    const place = `${row.stage} ${row.where}`.padEnd(22)
    const bare = bareReason(row)
    return [
      ...(bare ? [`${place}  ${bare}`] : []),
      ...row.parameters.map((it) => `${place}  parameter ${it.name}  ${change(it)} (${it.source})`),
      ...row.tags.map((it) => `${place}  tag ${it.name}  ${change(it)}`),
      ...row.resources.flatMap((it) => {
        const head = `${place}  ${[actionSigns[it.action], crumbs(it.path), verdictOf(it)].filter(Boolean).join('  ')}`
        const lines = it.properties.map((one) => `${head}  ${one.path}  ${change(one)}`)
        return [...(lines.length > 0 ? lines : [head]), ...it.rights.map((text) => `${head}  rights + ${text}`)]
      }),
    ]
  }),
  ...differences.orphans.map(
    ({ stage, regions }) => `${stage.padEnd(22)}  no longer in system.yaml, deployed in ${regions.join(', ')}`,
  ),
]
