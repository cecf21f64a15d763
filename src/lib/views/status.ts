// The state of an environment as pure text: the answer first, then one row per stack instance.
import type { Environment } from '../environment.ts'
import { isGood } from '../plan/next-call.ts'
import type { Status } from '../verbs/status.ts'
import type { Paint } from './paint.ts'
import { duration, plural, route, wrap } from './words.ts'

/** Everything but the heading; `now` in ms. */
export function statusText(status: Status, now: number, paint: Paint, width: number): string {
  const mark = status.exit === 0 ? paint.good('✔') : status.exit === 8 ? '–' : paint.bad('✖')
  const verdict = wrap(status.verdict, width - 3).map((line, at) => (at === 0 ? ` ${mark} ${line}` : `   ${line}`))
  const lines = [...verdict, '']
  if (status.exit === 8) return verdict.join('\n')
  lines.push(paint.dim(`   ${'STAGE'.padEnd(13)}${'REGION'.padEnd(14)}${'INSTANCE'.padEnd(12)}STACK`))
  for (const [stage, { instances, running, set }] of Object.entries(status.snapshot.stages)) {
    if (!set || instances.length === 0) lines.push(`   ${stage.padEnd(13)}${set ? 'no instances' : 'not deployed'}`)
    for (const [at, it] of instances.entries()) {
      const name = (at === 0 ? stage : '').padEnd(13)
      const state = isGood(it) ? it.status.padEnd(12) : paint.bad(it.status.padEnd(12))
      lines.push(`   ${name}${it.region.padEnd(14)}${state}${it.unseen ? 'no answer' : (it.stack?.status ?? 'none')}`)
    }
    for (const it of running)
      lines.push(
        `   ${''.padEnd(13)}operation ${it.id} ${it.action} ${it.status} since ${duration((now - it.createdAt) / 1000)}`,
      )
  }
  const outputs = Object.keys(status.outputs).length
  const lacking = status.missing.length > 0 ? `, ${plural(status.missing.length, 'key')} missing` : ''
  lines.push('', `   outputs   ${plural(outputs, 'key')}${lacking} · dr outputs shows them`)
  const { release } = status
  lines.push(
    `   release   ${release ? `${release.id} of ${release.at.slice(0, 16).replace('T', ' ')}Z by ${release.by}` : 'none recorded'}`,
  )
  return lines.join('\n')
}

/** The list of environments. */
export function environmentsText(list: Environment[], paint: Paint): string {
  if (list.length === 0) return '   no environments yet; make one with: dr deploy --suffix pr123'
  const heading = paint.dim(`   ${'SYSTEM'.padEnd(15)}${'SUFFIX'.padEnd(22)}REGIONS`)
  const rows = list.map(({ system, suffix, regions }) => {
    const { primary, failover, standalone } = regions
    return `   ${system.padEnd(15)}${suffix.padEnd(22)}${route([standalone, primary, failover].filter((it) => it !== undefined))}`
  })
  return [heading, ...rows].join('\n')
}
