// The state of an environment as pure text: whether it can fail over, then its outputs and its release; and the list.
import type { Environment } from '../load/environment.ts'
import { dr } from '../status/judging.ts'
import type { Paint } from './paint.ts'
import { readinessText } from './readiness.ts'
import { type Room, watched } from './watched.ts'
import { plural, route } from '../core/words.ts'
import type { Status } from '../status/status.ts'

/** Everything but the heading. What is looked at again every so many seconds is cut to the terminal. */
export function statusText(status: Status, paint: Paint, width: number, every = 0, terminal: Room = {}): string {
  const text = wholeText(status, paint, width)
  return every > 0 ? watched(text, terminal, status.observation.at, every, paint) : text
}

function wholeText(status: Status, paint: Paint, width: number): string {
  const readiness = readinessText(status.observation, status, paint, width)
  if (status.exit === 8) return readiness
  const outputs = Object.keys(status.outputs).length
  const lacking = status.missing.length > 0 ? `, ${plural(status.missing.length, 'key')} missing` : ''
  const { release } = status
  const released = release
    ? `${release.id} of ${release.at.slice(0, 16).replace('T', ' ')}Z by ${release.by}`
    : 'none recorded'
  return `${readiness}\n\nRELEASE      ${released}\nOUTPUTS      ${plural(outputs, 'key')}${lacking}\n${' '.repeat(13)}${dr(status.observation, 'outputs')}`
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
