// What an injection left behind: a health check turned round or switched off, a function that may not run. Templates do
// neither, so whatever is found so differs from the template. And the name of a drill that nobody ended.
import type { Region } from '../core/model.ts'
import { heldDrill } from '../drill/lock-mirror.ts'
import type { Snapshot } from '../observe/observe.ts'
import type { TargetSession } from '../load/session.ts'
import { asked } from './asked.ts'
import { Checks } from './checks.ts'
import { type Fact, isKnown, known, type Work } from './observation.ts'

interface Leftover {
  what: string
  mend: string
}

/** @param snapshot whose stack sets tell what the template reserves, so that what is to be typed brings it back */
export async function leftoverFact(
  session: TargetSession,
  outputs: Record<string, string>,
  snapshot: Snapshot | undefined,
  checks = new Checks(session.aws),
): Promise<Fact<Leftover[]>> {
  const { now } = session.aws.clock
  const ask = (look: () => Promise<Leftover[]>): Promise<Fact<Leftover[]>> => asked(now, look)
  const facts = await Promise.all([
    ...checkIds(outputs).map((id) => ask(() => turned(checks, id))),
    ...functionsOf(session, outputs).map((one) => ask(() => switchedOff(session, one, snapshot))),
  ])
  const found = facts.flatMap((fact) => (isKnown(fact) ? fact.value : []))
  // A refusal is a doubt; the silence of a region is told once, elsewhere.
  const dark = facts.flatMap((fact) => (isKnown(fact) ? [] : [fact]))
  const unseen = dark.find(({ silent }) => silent === undefined) ?? dark[0]
  return found.length === 0 && unseen ? unseen : known(found, now())
}

const checkIds = (outputs: Record<string, string>): string[] =>
  ['PrimaryHealthCheckId', 'FailoverHealthCheckId'].flatMap((key) => outputs[key] ?? [])

async function turned(checks: Checks, id: string): Promise<Leftover[]> {
  const check = await checks.check(id)
  if (!check || !(check.inverted || check.disabled)) return []
  const [how, flag] = check.inverted ? ['turned round', '--no-inverted'] : ['switched off', '--no-disabled']
  return [
    { what: `the health check ${id} ${how}`, mend: `aws route53 update-health-check --health-check-id ${id} ${flag}` },
  ]
}

interface Named {
  key: string
  region: Region
  name: string
}

function functionsOf({ target: { regions } }: TargetSession, outputs: Record<string, string>): Named[] {
  return Object.entries(outputs).flatMap(([key, name]) => {
    const role = /^(Primary|Failover)?\w*FunctionName$/.exec(key)?.[1]?.toLowerCase()
    if (!key.endsWith('FunctionName')) return []
    const region = regions[role === 'failover' ? 'failover' : 'primary'] ?? regions.standalone
    return region === undefined ? [] : [{ key, region, name }]
  })
}

async function switchedOff(
  { aws }: TargetSession,
  { key, region, name }: Named,
  snapshot: Snapshot | undefined,
): Promise<Leftover[]> {
  if ((await (await aws.functions(region)).concurrency(name)) !== 0) return []
  const sets = Object.values(snapshot?.stages ?? {}).map(({ set }) => set?.parameters['ReservedConcurrency'])
  const reserved = /^(Primary|Failover)FunctionName$/.test(key) ? sets.find((it) => it !== undefined) : undefined
  const place = `--region ${region} --function-name ${name}`
  const mend =
    reserved === undefined
      ? `aws lambda delete-function-concurrency ${place}`
      : `aws lambda put-function-concurrency ${place} --reserved-concurrent-executions ${reserved}`
  return [{ what: `the function ${name} in ${region} switched off`, mend }]
}

/** The drill that is named in the surviving region: at work, or never ended; undefined where none is. */
export function namedDrill({ aws, target }: TargetSession): Promise<Fact<Work | undefined>> {
  const { system, suffix, regions } = target
  return asked(aws.clock.now, async () => {
    const named = await heldDrill({ aws }, { system: system.name, suffix, regions })
    if (!named) return undefined
    const by = `drill ${named.drill} of ${named.who}${named.state === 'HELD' ? ', held by its dead man' : ''}`
    return { verb: 'failover-test', by, since: begunAt(named.drill) ?? aws.clock.now(), dead: true, drill: named.drill }
  })
}

/** A drill's id is its start: `d-2026-11-20T03-12-44Z`. Undefined where it is not. */
function begunAt(id: string): number | undefined {
  const at = Date.parse(id.replace(/^d-/, '').replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'))
  return Number.isNaN(at) ? undefined : at
}
