// A drill as people watch it: a row per phase, the word on how it ended, and the clock of the one under way.
import type { Event } from '../core/events.ts'
import type { Picture } from './live.ts'
import type { Paint } from './paint.ts'
import { duration, wrap } from '../core/words.ts'

interface Row {
  name: string
  state: 'working' | 'done' | 'failed'
  began: number
  seconds: number
  note: string
}

const words: Record<string, string> = {
  'steady-before': 'steady state',
  'steady-after': 'steady state',
  failback: 'fail back',
  disarm: 'disarm',
}
const nameOf = ({ phase, step }: { phase: string; step?: string }): string =>
  [words[phase] ?? phase, step].filter(Boolean).join(' ')

/** What one waits for in a phase, until it says so itself. */
const waits: Record<string, string> = {
  preflight: 'looks whether the drill may begin',
  'steady state': 'watches the service while nothing happens',
  detect: 'nobody helps: waits until it is noticed',
  recover: 'waits until the service is back and stays',
  verify: 'looks which writes survived',
}

const icons = { done: '✔', failed: '✖' }
const label = 23

/** The rows of one phase; a note longer than the line goes on below. */
function rowLines(row: Row, now: number, frame: string, paint: Paint, width: number): string[] {
  const mark = row.state === 'working' ? frame : icons[row.state]
  const icon = row.state === 'done' ? paint.good(mark) : row.state === 'failed' ? paint.bad(mark) : mark
  const time = duration(row.state === 'working' ? (now - row.began) / 1000 : row.seconds)
  const head = ` ${icon} ${row.name.padEnd(label)}${time.padStart(6)}  `
  const indent = ' '.repeat(label + 11)
  const [first = '', ...rest] = wrap(row.note || (waits[row.name] ?? ''), width - indent.length)
  return [(head + first).trimEnd(), ...rest.map((it) => indent + it)]
}

/** The picture of a drill. */
export function phasePicture(): Picture {
  const rows: Row[] = []
  const notices: string[] = []
  let start = 0
  const follow = (event: Event): void => {
    if (event.kind === 'run-started') start = event.at
    if (event.kind === 'notice') notices.push(event.message)
    if (event.kind === 'phase-started')
      rows.push({ name: nameOf(event), state: 'working', began: event.at, seconds: 0, note: '' })
    if (event.kind === 'phase-finished') {
      const row = rows.findLast(({ name }) => name === nameOf(event))
      const { outcome: state, note, seconds } = event
      if (row) Object.assign(row, { state, note, seconds })
    }
  }
  return {
    follow,
    begins: ({ kind }) => kind === 'phase-started',
    text: (now, frame, hint, paint, width) => {
      // What had nothing to do is no news.
      const shown = rows.filter(({ note }) => !/^nothing (was injected|to arm|was armed)/.test(note))
      const lines = shown.flatMap((row) => rowLines(row, now, frame, paint, width))
      lines.push(...notices.flatMap((it) => wrap(it, width - 3).map((line) => `   ${line}`)))
      if (hint) lines.push('', paint.dim(`   ${duration((now - start) / 1000)} · ${hint}`.slice(0, width)))
      return lines.join('\n')
    },
  }
}
