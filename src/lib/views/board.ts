// The live screen as data and pure text: one row per stage and region, details only of what takes long.
import { usual } from '../core/durations.ts'
import type { Busy, Event, PlannedStage, StageOutcome } from '../core/events.ts'
import type { Differences } from '../core/difference.ts'
import type { Picture } from './live.ts'
import type { Paint } from './paint.ts'
import { counts } from './plan-differences.ts'
import { crumbs, duration, plural, roughly, wrap } from '../core/words.ts'

/** A busy resource is named once it has taken so long, ms. */
const longMs = 20_000

interface RegionRow {
  region: string
  began: number
  done: number
  total: number
  busy: Busy[]
  /** Set when nothing more is done there. */
  end?: { good: boolean; state: string; seconds: number }
}

interface StageRow {
  name: string
  needs: string[]
  state: 'waiting' | 'working' | 'good' | 'failed' | 'skipped'
  began: number
  /** What is being waited for, or how it ended. */
  message: string
  seconds: number
  regions: RegionRow[]
}

export interface Board {
  start: number
  usualSeconds: number
  summary: string
  notices: string[]
  stages: StageRow[]
}

export const emptyBoard = (): Board => ({ start: 0, usualSeconds: 0, summary: '', notices: [], stages: [] })

const stageRow = (stage: PlannedStage): StageRow => ({
  name: stage.name,
  needs: stage.needs,
  state: 'waiting',
  began: 0,
  message: '',
  seconds: 0,
  regions: stage.regions
    .filter((it) => it.change !== 'none')
    .map(({ region, resources }) => ({ region, began: 0, done: 0, total: resources, busy: [] })),
})

function summary(stages: PlannedStage[], usualSeconds: number, differences: Differences | undefined): string {
  const changed = stages.filter((stage) => stage.regions.some((it) => it.change !== 'none'))
  const regions = changed.flatMap((stage) => stage.regions.filter((it) => it.change !== 'none'))
  const resources = regions.reduce((sum, it) => sum + it.resources, 0)
  if (resources === 0) return ''
  const usually = usualSeconds > 0 ? ` · usually ${roughly(usualSeconds)}` : ''
  const inside = counts((differences?.instances ?? []).flatMap((it) => it.resources)).replaceAll('   ', ', ')
  const what = inside || plural(resources, 'resource')
  return `${plural(changed.length, 'stage')} · ${plural(regions.length, 'stack instance')} · ${what}${usually}`
}

/** Takes an event into the board. */
export function follow(board: Board, event: Event): void {
  if (event.kind === 'run-started') board.start = event.at
  if (event.kind === 'planned') {
    board.summary = summary(event.stages, event.usualSeconds, event.differences)
    board.usualSeconds = event.usualSeconds
    board.start = event.at
    board.stages.push(...event.stages.map(stageRow))
  }
  if (event.kind === 'notice') board.notices.push(event.message)
  if (!('stage' in event)) return
  const stage = board.stages.findLast((it) => it.name === event.stage)
  if (!stage) return
  if (event.kind === 'stage-started') Object.assign(stage, { state: 'working', began: event.at })
  if (event.kind === 'waiting') stage.message = `waiting for ${event.what}`
  if (event.kind === 'repairing') stage.message = `${event.what} in ${event.region}`
  if (event.kind === 'stage-finished') {
    const { message, seconds, outcome } = event
    const state = {
      succeeded: 'good',
      unchanged: 'good',
      skipped: 'skipped',
      failed: 'failed',
      interrupted: 'failed',
    } as const
    Object.assign(stage, { state: state[outcome], message: worded(outcome, message), seconds })
  }
  if (event.kind === 'operation-started') stage.message = ''
  if (event.kind === 'progress') {
    const row = regionOf(stage, event.region)
    if (row)
      Object.assign(row, { done: event.done, total: event.total, busy: event.busy, began: row.began || event.at })
  }
  if (event.kind === 'instance-finished') {
    const row = regionOf(stage, event.region)
    if (row) row.end = { good: event.good, state: event.state, seconds: event.seconds }
  }
}

const worded = (outcome: StageOutcome, message: string): string =>
  outcome === 'skipped'
    ? `skipped ${message}`
    : message || (outcome === 'succeeded' || outcome === 'failed' ? '' : outcome)

const regionOf = (stage: StageRow, region: string): RegionRow | undefined =>
  stage.regions.find((it) => it.region === region)

const icons = { good: '✔', failed: '✖', skipped: '–', waiting: '◌' }

/** The board as lines of at most `width` columns; `frame` is the spinner's picture. */
export function boardText(board: Board, now: number, frame: string, hint: string, paint: Paint, width: number): string {
  const lines = board.summary ? [`            ${board.summary}`, ''] : []
  const notices = board.notices.flatMap((it) => wrap(it, width - 3).map((line) => `   ${line}`))
  if (notices.length > 0) lines.push(...notices, '')
  for (const stage of board.stages) lines.push(...stageLines(stage, board, now, frame, paint, width))
  if (hint) {
    const usually = board.usualSeconds > 0 ? ` of about ${roughly(board.usualSeconds)}` : ''
    lines.push('', paint.dim(`   ${duration((now - board.start) / 1000)}${usually} · ${hint}`.slice(0, width)))
  }
  return lines.join('\n')
}

function stageLines(stage: StageRow, board: Board, now: number, frame: string, paint: Paint, width: number): string[] {
  const mark = stage.state === 'working' ? frame : icons[stage.state]
  const icon = stage.state === 'good' ? paint.good(mark) : stage.state === 'failed' ? paint.bad(mark) : mark
  const column = Math.max(13, ...board.stages.map((it) => it.name.length + 2))
  const head = (at: number): string => (at === 0 ? ` ${icon} ${stage.name.padEnd(column)}` : ' '.repeat(column + 3))
  if (stage.state === 'waiting')
    return [paint.dim(` ${icons.waiting} ${stage.name.padEnd(column)}${waitsFor(stage, board)}`)]
  if (stage.regions.length === 0 || stage.state === 'skipped') return [`${head(0)}${stage.message}`.trimEnd()]
  const rows = stage.regions.map((row, at) => head(at) + regionText(row, stage, now))
  const details = stage.regions.flatMap((row) => (stage.state === 'working' ? busyText(row, now, column) : []))
  const message = stage.message ? [`${' '.repeat(column + 5)}${stage.message}`] : []
  return [...rows, ...[...details, ...message].map((line) => paint.dim(line.slice(0, width)))]
}

function waitsFor(stage: StageRow, board: Board): string {
  const open = stage.needs.filter((name) => board.stages.some((it) => it.name === name && it.state !== 'good'))
  return open.length > 0 ? `waits for ${open.at(-1) ?? ''}` : ''
}

function regionText(row: RegionRow, stage: StageRow, now: number): string {
  const count = row.total > 0 ? `${row.done}/${row.total}` : row.done > 0 ? String(row.done) : ''
  const started = row.began || stage.began
  const seconds = row.end ? row.end.seconds : stage.state === 'working' ? (now - started) / 1000 : stage.seconds
  const end = row.end && !row.end.good ? `   ${row.end.state}` : ''
  return `${row.region.padEnd(13)}${count.padStart(7)}${duration(seconds).padStart(9)}${end}`
}

function busyText(row: RegionRow, now: number, column: number): string[] {
  const busy = row.busy[0]
  if (row.end || !busy || now - busy.since < longMs) return []
  const range = usual[busy.type]?.range
  const usually = range ? ` (${duration(range[0])}–${duration(range[1])})` : ''
  return [`${' '.repeat(column + 5)}${crumbs(busy.path)}  ${duration((now - busy.since) / 1000)}${usually}`]
}

/** The picture of a deploy, a destroy or a bootstrap. */
export function boardPicture(): Picture {
  const board = emptyBoard()
  return {
    follow: (event) => follow(board, event),
    begins: ({ kind }) => kind === 'stage-started',
    text: (now, frame, hint, paint, width) => boardText(board, now, frame, hint, paint, width),
  }
}
