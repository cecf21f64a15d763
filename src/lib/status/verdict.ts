// Pure: the answer to "can I fail over now?", with what it would cost and the exit code.
import type { ExitCode } from '../core/errors.ts'
import { direction } from './direction.ts'
import { isKnown, type Observation } from './observation.ts'
import { faultOfSource, type Finding, silence, usable, wayThere } from './judging.ts'
import { findings } from './rules.ts'

export interface Verdict {
  /** `busy`: a drill or a failover is running or held. `nothing`: nothing is deployed. */
  answer: 'yes' | 'no' | 'unknown' | 'busy' | 'nothing'
  exit: ExitCode
  /** One sentence. */
  verdict: string
  from: string
  to: string
  mode: 'graceful or ungraceful' | 'ungraceful only' | 'between zones'
  /**
   * Expected loss if it happened now: the greatest lag, s; `at` is when the oldest of them was seen; `least` where
   * another lag is not known.
   */
  loss?: { seconds: number; at: number; least?: true }
  /** The longest of the last drills that measured and passed, of each scenario, unless older than twice the policy. */
  provenRto?: { seconds: number; at: number }
  /** What to type; empty where there is nothing to type or no place to go. Without a loss where both places are healthy. */
  command: string
  /** What to type where the other region is lost, which may lose data; absent where `command` is that. */
  lossyCommand?: string
  findings: Finding[]
}

/** A drill older than this, ms, proves nothing: twice what the policy allows. */
const provesUntil = 180 * 86_400_000

/** Judges an observation. Unknown is never ready; a known blocker is a NO whatever else is unknown. */
export function judge(it: Observation): Verdict {
  const found = it.deployed === false ? [] : findings(it)
  const place = direction(it)
  const loss = expectedLoss(it)
  const proven = provenRto(it)
  const state = answer(it, found)
  const mode = modeOf(it)
  const { command, lossy } = wayThere(it)
  return {
    ...state,
    ...place,
    mode,
    ...(loss && { loss }),
    ...(proven && { provenRto: proven }),
    command,
    ...(lossy !== undefined && { lossyCommand: lossy }),
    findings: found,
  }
}

function answer(it: Observation, found: Finding[]): Pick<Verdict, 'answer' | 'exit' | 'verdict'> {
  const name = `${it.system} · ${it.suffix}`
  const of = (level: Finding['level']): string =>
    found.flatMap((one) => (one.level === level ? one.what : [])).join('; ')
  if (it.deployed === false)
    return {
      answer: 'nothing',
      exit: 8,
      verdict: `nothing of ${name} is deployed; status without a suffix lists what is`,
    }
  const running = changing(it)
  if (running !== undefined) return { answer: 'busy', exit: 10, verdict: `${name}: ${running}` }
  if (of('blocker')) return { answer: 'no', exit: 9, verdict: `${name} cannot fail over: ${of('blocker')}` }
  const silent = it.regions.flatMap((one) => (one.answered ? [] : silence(one)))
  if (it.deployed === undefined || of('unknown')) {
    const said = of('unknown')
    const why = [...silent.filter((one) => !said.includes(one)), said].filter(Boolean).join('; ')
    return { answer: 'unknown', exit: 7, verdict: `whether ${name} can fail over is unknown: ${why}` }
  }
  const { from, to } = direction(it)
  const why = faultOfSource(it) === 'unhealthy' ? [...silent, `${from} is unhealthy`] : silent
  return {
    answer: 'yes',
    exit: 0,
    verdict: `${name} can fail over to ${to}${why.length > 0 ? `: ${why.join()}` : ''}`,
  }
}

/** A drill or a failover that runs, or whose run died and left it held. */
function changing(it: Observation): string | undefined {
  const work = isKnown(it.work) ? it.work.value : undefined
  if (work?.verb === 'failover-test')
    return work.drill !== undefined
      ? `${work.by} is held, its run is gone`
      : work.dead
        ? `a drill by ${work.by} is held, its run is gone`
        : `a drill by ${work.by} is running`
  const moving = it.roles.map(({ name, actual }) => ({ name, how: usable(it, actual)?.value.moving }))
  const first = moving.find(({ how }) => how !== undefined)
  return first && `${first.name} is moving (${first.how ?? ''})`
}

function modeOf(it: Observation): Verdict['mode'] {
  if (it.regions.length === 1) return 'between zones'
  return faultOfSource(it) ? 'ungraceful only' : 'graceful or ungraceful'
}

function expectedLoss(it: Observation): Verdict['loss'] {
  const seen = it.lags.map(({ lag }) => usable(it, lag))
  const lags = seen.flatMap((lag) => lag ?? [])
  const loss = {
    seconds: Math.max(...lags.map(({ value }) => value.seconds)),
    at: Math.min(...lags.map(({ at }) => at)),
  }
  if (lags.length > 0 && lags.length === seen.length) return loss
  // With one lag unknown, the greatest of the others would be a promise, unless it is bad news by itself.
  return faultOfSource(it) && loss.seconds >= it.objectives.rpoSeconds ? { ...loss, least: true } : undefined
}

function provenRto(it: Observation): Verdict['provenRto'] {
  const drills = isKnown(it.drills) ? it.drills.value : []
  const good = drills.filter(
    ({ passed, at, rtoSeconds }) => passed && rtoSeconds !== undefined && it.at - at <= provesUntil,
  )
  // How fast a name moves promises nothing of a region: the longest does not promise too much.
  const longest = good.toSorted((a, b) => (b.rtoSeconds ?? 0) - (a.rtoSeconds ?? 0))[0]
  return longest && { seconds: longest.rtoSeconds ?? 0, at: longest.at }
}
