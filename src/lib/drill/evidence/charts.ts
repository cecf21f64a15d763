// The three pictures of a drill as SVG: heartbeat, lag and phases over one time axis. Colours come from the page.
import { span } from '../../core/words.ts'
import type { DrillReport, ProbeRecord } from './report.ts'

const width = 720
const left = 96
const inner = width - left - 8

/** Text that is safe in HTML and XML. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

interface Axis {
  x(at: number): number
  ticks: string
  line: string
}

/** The time axis from the first operation to the end, in ms after the injection. */
function axis(report: DrillReport, height: number): Axis {
  const zero = report.injected ?? report.started
  const [from, to] = [report.started - zero, Math.max(report.ended - zero, report.started - zero + 1)]
  const x = (at: number): number => Math.round((left + ((at - from) / (to - from)) * inner) * 10) / 10
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = from + share * (to - from)
    const anchor = share === 1 ? 'end' : share === 0 ? 'start' : 'middle'
    const sign = at < 0 ? '−' : '+'
    return `<text class="tick" x="${x(at)}" y="${height - 4}" text-anchor="${anchor}">${sign}${span(Math.abs(at))}</text>`
  })
  const line =
    report.injected === undefined ? '' : `<line class="fault" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${height - 18}"/>`
  return { x, ticks: ticks.join(''), line }
}

const svg = (title: string, height: number, body: string): string =>
  `<div class="wide"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title>${body}</svg></div>`

const label = (text: string, y: number): string =>
  `<text x="0" y="${y}">${escaped(text.length > 15 ? `${text.slice(0, 14)}…` : text)}</text>`

/** One row per probe, one stroke per operation: ok, failed or unknown, by height as well as by colour. */
export function heartbeat(report: DrillReport): string {
  const height = 26 * report.probes.length + 20
  const { x, ticks, line } = axis(report, height)
  const heights = { ok: 6, fail: 18, unknown: 12 }
  const rows = report.probes.map(({ name, operations, tells }, row) => {
    const base = 26 * row + 22
    const strokes = (['ok', 'unknown', 'fail'] as const).map((outcome) => {
      const hits = operations.filter((it) => it.outcome === outcome)
      const path = hits.map(({ sent }) => `M${x(sent)} ${base}v-${heights[outcome]}`).join('')
      // Before the name moves nothing has failed.
      const kind = tells === 'switch' && outcome === 'fail' ? 'before' : outcome
      return path ? `<path class="${kind}" d="${path}"/>` : ''
    })
    return label(name, base - 2) + strokes.join('')
  })
  return svg('Every operation of every probe', height, rows.join('') + line + ticks)
}

/** How far the other side was behind, by probe, up to the objective where it is in sight. */
export function lagChart(report: DrillReport): string {
  const height = 140
  const probes = report.probes.filter(({ lags }) => lags.length > 0)
  if (probes.length === 0) return ''
  const { x, ticks, line } = axis(report, height)
  const top = Math.max(1000, ...probes.flatMap(({ lags }) => lags.map(({ lag }) => lag)))
  const y = (lag: number): number => Math.round((height - 22 - (lag / top) * (height - 40)) * 10) / 10
  const curve = ({ lags }: ProbeRecord, at: number): string =>
    `<polyline class="curve c${at % 4}" points="${lags.map((it) => `${x(it.at)},${y(it.lag)}`).join(' ')}"/>`
  const names = probes.map(
    ({ name }, at) => `<text class="c${at % 4}" x="0" y="${30 + 16 * at}">${escaped(name.slice(0, 15))}</text>`,
  )
  return svg(
    'Replication lag as the probes saw it',
    height,
    `<text class="tick" x="${left}" y="12">${span(top)}</text>${names.join('')}${probes.map(curve).join('')}${line}${ticks}`,
  )
}

/** Which phase lasted from when to when. */
export function phaseChart(report: DrillReport): string {
  const height = 18 * report.phases.length + 20
  const { x, ticks, line } = axis(report, height)
  const zero = report.injected ?? report.started
  const rows = report.phases.map(({ phase, from, to }, row) => {
    const [start, end] = [x(from - zero), x(to - zero)]
    return `${label(phase, 18 * row + 12)}<rect class="phase" x="${start}" y="${18 * row + 3}" width="${Math.max(1, Math.round((end - start) * 10) / 10)}" height="11"/>`
  })
  return svg('Phases of the drill', height, rows.join('') + line + ticks)
}
