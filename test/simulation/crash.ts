// Kills a run at each of its changes, lets the next one finish, and compares with a run that nobody killed.
import { isDeepStrictEqual } from 'node:util'
import { readFileSync, rmSync } from 'node:fs'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import type { Simulator } from '../../src/simulator/index.ts'
import { type Account, copyOf } from '../cloud.ts'
import { type Death, type End, live, type Work } from './life.ts'
import { demand, deployed, prepared, rest, type Subject } from './scenarios.ts'
import { doubled, standing } from './standing.ts'
import { untraced } from './untraced.ts'

export interface Trial {
  name: string
  subject: Subject
  verb: Work
  flags: SettingFlags
  from: Account
}

export interface Crash extends Death {
  /** The call at which the run dies. */
  call: string
}

/** A run that nobody kills: the deaths that are possible in it, and how the account is afterwards. */
export async function uninterrupted({
  subject,
  verb,
  flags,
  from,
}: Trial): Promise<{ crashes: Crash[]; end: unknown }> {
  const { simulator } = copyOf(from)
  forget()
  const life = live(simulator, verb, flags)
  demand(await life.end)
  const end = await seen(simulator, subject)
  const crashes = life.changes.flatMap((call, index): Crash[] =>
    (['before', 'after'] as const).map((when) => ({ at: index + 1, when, call })),
  )
  return { crashes, end }
}

/** Dies there, runs again, and says what is different then: nothing, or one line. */
export async function survives(trial: Trial, crash: Crash, wanted: unknown): Promise<string[]> {
  const { subject, verb, flags, from } = trial
  const { simulator } = copyOf(from)
  forget()
  const where = `${trial.name}, dead ${crash.when} change ${crash.at} (${crash.call})`
  const first = await live(simulator, verb, flags, { death: crash }).end
  if (first !== 'died') return [`${where}: the run did not come to that change: ${said(first)}`]
  bury(simulator)
  const second = await live(simulator, verb, flags).end
  if (second === 'died' || 'error' in second || second.report.exit !== 0) return [`${where}: ${said(second)}`]
  const end = await seen(simulator, subject)
  return isDeepStrictEqual(end, wanted) ? [] : [`${where}: ${difference(wanted, end)}`]
}

/** The process is gone, and its number with it: nobody has this one. */
export function bury({ change }: Simulator): void {
  change(({ buckets }) => {
    for (const { versions } of Object.values(buckets))
      for (const it of versions)
        if (it.key.startsWith('lock/') && it.body !== undefined)
          it.body = it.body.replace(/"pid":\d+/, `"pid":${2 ** 30}`)
  })
}

async function seen(simulator: Simulator, { environment }: Subject): Promise<unknown> {
  await rest(simulator)
  const cloud = simulator.inspect()
  return { ...standing(cloud, environment), doubled: doubled(cloud, environment), files: written() }
}

const outputs = 'cfn-outputs/flat-outputs.json'
const forget = (): void => rmSync('cfn-outputs', { recursive: true, force: true })

/** Which outputs the run has left. Their values are those of the stacks, which are compared. */
function written(): string[] {
  try {
    return Object.keys(JSON.parse(readFileSync(outputs, 'utf8')) as object)
  } catch {
    return []
  }
}

export const said = (end: End): string =>
  end === 'died' ? 'died' : 'error' in end ? `${end.error.name}: ${end.error.message}` : end.report.verdict

/** The first place where two values differ. */
function difference(wanted: unknown, found: unknown, path = ''): string {
  const both = [wanted, found]
  if (both.every((it) => typeof it === 'object' && it !== null)) {
    const [a, b] = both as [Record<string, unknown>, Record<string, unknown>]
    const key = [...Object.keys(a), ...Object.keys(b)].find((it) => !isDeepStrictEqual(a[it], b[it]))
    if (key !== undefined) return difference(a[key], b[key], `${path}/${key}`)
  }
  return `${path} should be ${brief(wanted)}, is ${brief(found)}`
}

const brief = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? 'absent'

/** Deploy, update and destroy of a system, each from the account that it needs. */
export async function trials(subject: Subject): Promise<Trial[]> {
  const ready = await prepared(subject)
  const there = await deployed(ready, subject)
  const { flags, changed, environment } = subject
  const name = (what: string): string => `${what} of ${environment.system}`
  return [
    { name: name('deploy'), subject, verb: 'deploy', flags, from: ready },
    { name: name('update'), subject, verb: 'deploy', flags: { ...flags, parameter: [changed] }, from: there },
    { name: name('destroy'), subject, verb: 'destroy', flags, from: there },
  ]
}

/**
 * Kills the trial's run at every place, and tells what did not survive.
 * @returns how many places there are, and one line per failure
 */
export async function crashes(trial: Trial): Promise<{ points: number; lost: string[] }> {
  const { crashes: all, end } = await uninterrupted(trial)
  const lost: string[] = []
  await untraced(async () => {
    for (const crash of all) lost.push(...(await survives(trial, crash, end)))
  })
  return { points: all.length, lost }
}

/** Prints how many places were tried. */
export const told = ({ name }: Trial, points: number): void =>
  void process.stdout.write(`crash test: ${name}: all ${points} crash points\n`)
