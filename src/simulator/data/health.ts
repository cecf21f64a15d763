// Route 53's health checks and the answers that follow from them. A check asks its endpoint at even intervals; what it
// sees is kept as turns, so that its verdict at any moment can be worked out without a task per question.
import type { Moment } from '../answer.ts'
import { ask } from '../endpoints.ts'
import { all, looking, record, text, texts } from '../existing.ts'
import { derived } from '../identifiers.ts'
import type { Cloud, Resource } from '../state.ts'

const type = 'AWS::Route53::HealthCheck'

/** From then on the endpoint was well, or was not. */
export interface Turn {
  at: number
  well: boolean
}

/** The live settings of a check: the template's, and what was changed by hand since. */
export const configOf = ({ properties, state }: Resource): Record<string, unknown> => ({
  ...record(properties.HealthCheckConfig),
  ...record(state?.config),
})

const turnsOf = (check: Resource, key = 'turns'): Turn[] => (check.state?.[key] as Turn[] | undefined) ?? []

/** How long a change of a check takes to reach the checkers, ms [?]: Route 53 names no time. */
const spreads = 30_000

function turn(check: Resource, key: string, at: number, well: boolean): void {
  // A day of drills needs far fewer; the oldest say nothing about the present.
  check.state = { ...check.state, [key]: [...turnsOf(check, key), { at, well }].slice(-50) as never }
}

/** Notes from when on a check's status counts as turned round. */
export const invert = (check: Resource, at: number, inverted: boolean): void =>
  turn(check, 'inversions', at + spreads, inverted)

/** Looks at the endpoint of every check now; gives how many have turned. Whoever changes the cloud calls it after. */
export function watch(moment: Moment): number {
  const { cloud } = moment
  const looks = looking(cloud, () =>
    all(cloud, type).map((check) => {
      const { FullyQualifiedDomainName, ResourcePath } = configOf(check)
      const status = ask(moment, text(FullyQualifiedDomainName), text(ResourcePath) || '/')?.statusCode ?? 0
      return { check, well: status >= 200 && status < 400 }
    }),
  )
  const turned = looks.filter(({ check, well }) => (turnsOf(check).at(-1)?.well ?? true) !== well)
  for (const { check, well } of turned) turn(check, 'turns', cloud.now, well)
  return turned.length
}

/** Whether the endpoint counts as well at that time: what so many looks in a row agreed on. A new check starts well. */
export function isEndpointWell(check: Resource, at: number): boolean {
  const { RequestInterval = 30, FailureThreshold = 3 } = configOf(check)
  const interval = Number(RequestInterval) * 1000
  const offset = Number.parseInt(derived(check.physicalId, 6), 16) % interval
  const looks = (from: number, to: number): number =>
    Math.floor((to - offset) / interval) - Math.floor((from - offset) / interval)
  const turns = turnsOf(check).filter((one) => one.at <= at)
  let until = at
  for (const { at: from, well } of turns.toReversed()) {
    if (looks(from, until) >= Number(FailureThreshold)) return well
    until = from
  }
  return true
}

/** The status that decides answers: that of the endpoint, turned round where so configured; disabled is always well. */
export function isHealthy(check: Resource, at: number): boolean {
  const { Disabled, Inverted } = configOf(check)
  const turns = turnsOf(check, 'inversions')
  const first = text(record(check.properties.HealthCheckConfig).Inverted) === 'true'
  const inverted =
    turns.length === 0 ? text(Inverted) === 'true' : (turns.findLast((one) => one.at <= at)?.well ?? first)
  const well = text(Disabled) === 'true' || isEndpointWell(check, at)
  return well !== inverted
}

const bare = (name: unknown): string => text(name).replace(/\.$/, '').toLowerCase()

/**
 * What the name servers of a zone say for a name: the healthy one of a failover pair, the primary first.
 * Where both are ill Route 53 trusts neither and answers with the primary.
 */
export function answerName(cloud: Cloud, zone: string, name: string, kind: string, now = cloud.now): string[] {
  const records = all(cloud, 'AWS::Route53::RecordSet').filter(
    ({ properties }) =>
      bare(properties.Name) === bare(name) && properties.Type === kind && properties.HostedZoneId === zone,
  )
  const isUp = ({ properties }: Resource): boolean => {
    const check = all(cloud, type).find(({ physicalId }) => physicalId === properties.HealthCheckId)
    return !check || isHealthy(check, now)
  }
  const order = records.toSorted((a, b) => (text(a.properties.Failover) < text(b.properties.Failover) ? -1 : 1))
  const chosen = order.find(isUp) ?? order[0]
  if (!chosen) return []
  const alias = text(record(chosen.properties.AliasTarget).DNSName)
  return alias ? [addressOf(alias)] : texts(chosen.properties.ResourceRecords).map(bare)
}

/** An address that stands for a host, of the block that is reserved for examples. */
const addressOf = (host: string): string => `198.51.100.${Number.parseInt(derived(bare(host), 2), 16)}`
