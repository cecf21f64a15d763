// Without a terminal: each line stands alone, begins with the time since start and says something new.
import type { Event, Listener } from '../core/events.ts'
import { loneLines } from './plan-differences.ts'
import { crumbs, duration, plural, route, stopwatch } from '../core/words.ts'

/** A line is also written after so much silence, ms, so that a log shows life. */
const silenceMs = 60_000

/** A stage that is named after its region, as those of bootstrap are, names it once. */
const place = ({ stage, region = '' }: { stage: string; region?: string }): string =>
  (stage.endsWith(region) ? stage : `${stage} ${region}`).padEnd(22)

const phase = (event: { phase: string; step?: string }): string =>
  [event.phase, event.step].filter(Boolean).join(' ').padEnd(22)

const failed = /_FAILED$/

/** A listener that writes whole lines. Resource events are written only where something failed. */
export function lines(write: (line: string) => void): Listener {
  let start = 0
  let last = 0
  const say = (at: number, text: string): void => {
    last = at
    write(`${stopwatch(at - start)}  ${text}`)
  }
  return (event) => {
    if (event.kind === 'run-started') start = event.at
    const text = worded(event)
    if (text !== undefined) say(event.at, text)
    if (event.kind === 'planned' && event.differences)
      for (const line of loneLines(event.differences)) say(event.at, line)
    else if (text === undefined && event.kind === 'progress' && event.at - last >= silenceMs && event.busy[0]) {
      const { path, since } = event.busy[0]
      say(event.at, `${place(event)}  waiting ${duration((event.at - since) / 1000)} for ${crumbs(path)}`)
    }
  }
}

function worded(event: Event): string | undefined {
  switch (event.kind) {
    case 'run-started': {
      const name = event.suffix ? `${event.system} ${event.suffix}` : event.system
      return `${name} ${event.verb} · ${route(event.regions)} · account ${event.account}${event.simulated ? ' · simulated' : ''}`
    }
    case 'planned': {
      const regions = event.stages.flatMap((stage) => stage.regions.filter((it) => it.change !== 'none'))
      const resources = regions.reduce((sum, it) => sum + it.resources, 0)
      const count = resources > 0 ? ` · ${plural(resources, 'resource')}` : ''
      const usually = event.usualSeconds > 0 ? ` · usually ${duration(event.usualSeconds)}` : ''
      // Uploads, secrets and the like have no region: they are steps of a run and no stages of the system.
      const stages = event.stages.filter((stage) => stage.regions.length > 0).length
      return `plan: ${plural(stages, 'stage')} · ${plural(regions.length, 'change')}${count}${usually}`
    }
    case 'operation-started': {
      const how = event.adopted ? 'adopted' : 'started'
      // AWS does not always tell what an operation does that somebody else began.
      const what = [event.action, `operation ${event.operation}`].filter(Boolean).join(', ')
      return `${place({ stage: event.stage, region: event.regions.join(',') })}  ${how} (${what})`
    }
    case 'resource':
      return failed.test(event.status)
        ? `${place(event)}  ${event.status} ${crumbs(event.path)} ${event.type}: ${event.reason}`
        : undefined
    case 'instance-finished':
      return `${place(event)}  ${event.good ? 'done' : event.state} ${duration(event.seconds)}`
    case 'waiting':
      return `${place(event)}  waiting for ${event.what}`
    case 'repairing':
      return `${place(event)}  ${event.what}`
    case 'notice':
      return event.message
    case 'drill-planned':
      return `drill ${event.drill}: ${event.title} · ${event.class}`
    case 'phase-started':
      return `${phase(event)}  begins`
    case 'phase-finished':
      return `${phase(event)}  ${event.outcome === 'done' ? '' : 'FAILED: '}${event.note} (${duration(event.seconds)})`
    case 'stage-finished':
      return `${place(event)}  ${event.outcome}${event.message ? ` (${event.message})` : ''} ${duration(event.seconds)}`
    default:
      return undefined
  }
}
