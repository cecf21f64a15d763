// On a terminal: one row per stage and region with a counter; details only of what takes time.
import { Listr, type ListrTask, type ListrTaskWrapper, type DefaultRenderer, type SimpleRenderer } from 'listr2'
import type { Event, Listener, PlannedStage } from '../events.ts'
import { crumbs, duration, roughly } from './words.ts'

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>

/** A busy resource is named once it has taken so long, ms. */
const longMs = 20_000

interface Row {
  stage: string
  region: string
  began: number
  task?: Task
  end: { good: boolean; skipped: boolean; text: string } | undefined
  finish(): void
  finished: Promise<void>
}

export interface Live {
  listen: Listener
  /** Draws until every row has ended; call after the run. */
  close(): Promise<void>
}

/** Rows appear with the plan. listr2 only draws: it neither decides nor owns Ctrl-C. */
export function live(hint: string): Live {
  const rows: Row[] = []
  const drawings: Promise<unknown>[] = []
  let start = 0
  let footer: Row | undefined
  const find = (stage: string, region?: string): Row[] =>
    rows.filter((row) => row.stage === stage && (region === undefined || row.region === region || row.region === ''))
  const end = (row: Row, good: boolean, text: string, skipped = false): void => {
    row.end ??= { good, skipped, text }
    row.finish()
  }
  const listen = (event: Event): void => {
    if (event.kind === 'run-started') start = event.at
    if (event.kind === 'planned') {
      if (footer) end(footer, true, '')
      footer = newRow('', '')
      const fresh = event.stages.flatMap((stage) => stageRows(stage))
      rows.push(...fresh)
      if (fresh.length > 0) drawings.push(draw([...fresh, footer], event.usualSeconds))
      else footer = undefined
    }
    for (const row of touched(event, find)) row.began ||= event.at
    update(event, find, end)
    if (footer?.task) footer.task.title = footerText(event.at - start, hint)
  }
  return {
    listen,
    close: async () => {
      for (const row of rows) end(row, true, '', true)
      if (footer) end(footer, true, '')
      await Promise.all(drawings)
    },
  }
}

const footerText = (ms: number, hint: string): string => `${duration(ms / 1000)} · ${hint}`

const touched = (event: Event, find: (stage: string) => Row[]): Row[] =>
  event.kind === 'stage-started' ? find(event.stage) : []

function newRow(stage: string, region: string): Row {
  let finish = (): void => undefined
  const finished = new Promise<void>((resolve) => (finish = resolve))
  return { stage, region, began: 0, end: undefined, finish, finished }
}

const stageRows = (stage: PlannedStage): Row[] => {
  const regions = stage.regions.filter((it) => it.change !== 'none')
  return regions.length > 0 ? regions.map((it) => newRow(stage.name, it.region)) : [newRow(stage.name, '')]
}

const title = (row: Row, rest: string): string => `${row.stage.padEnd(12)} ${row.region.padEnd(12)} ${rest}`.trimEnd()

function update(
  event: Event,
  find: (stage: string, region?: string) => Row[],
  end: (row: Row, good: boolean, text: string, skipped?: boolean) => void,
): void {
  if (event.kind === 'progress')
    for (const row of find(event.stage, event.region)) {
      if (!row.task) continue
      const count = event.total > 0 ? `${event.done}/${event.total}` : `${event.done}`
      row.task.title = title(row, `${count.padStart(7)} ${duration((event.at - row.began) / 1000).padStart(8)}`)
      const busy = event.busy[0]
      const long = busy && event.at - busy.since >= longMs
      row.task.output = long ? `${crumbs(busy.path)}  ${busy.type}  ${duration((event.at - busy.since) / 1000)}` : ''
    }
  if (event.kind === 'waiting')
    for (const row of find(event.stage)) if (row.task) row.task.output = `waiting for ${event.what}`
  if (event.kind === 'instance-finished')
    for (const row of find(event.stage, event.region)) end(row, event.good, event.good ? '' : event.state)
  if (event.kind === 'stage-finished') {
    const good = event.outcome === 'succeeded' || event.outcome === 'unchanged'
    for (const row of find(event.stage))
      end(row, good, event.message || event.outcome, event.outcome === 'skipped' || event.outcome === 'unchanged')
  }
}

async function draw(rows: Row[], usualSeconds: number): Promise<void> {
  const tasks = rows.map((row): ListrTask => ({
    title: row.stage ? title(row, '') : usualSeconds > 0 ? `about ${roughly(usualSeconds)}` : 'working',
    task: async (_context, task) => {
      row.task = task as unknown as Task
      await row.finished
      if (!row.stage) return
      const { good, skipped, text } = row.end ?? { good: true, skipped: false, text: '' }
      if (skipped) task.skip(title(row, text))
      else if (!good) throw new Error(title(row, text))
    },
  }))
  const listr = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: {
      collapseErrors: false,
      collapseSkips: true,
      showErrorMessage: true,
      suffixSkips: false,
      outputBar: 1,
    } as never,
  })
  await listr.run().catch(() => undefined)
}
