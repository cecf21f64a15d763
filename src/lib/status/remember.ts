// Pure: what a silent region said before, put beside what it does not say now. Only silence is bridged: an answer that
// says no is news.
import { type Fact, isKnown, type Known, type Observation } from './observation.ts'

/** The same observation, in which what a silent region does not tell carries what was last seen of it. */
export function remembered(it: Observation, earlier: Observation | undefined): Observation {
  if (!earlier || earlier.at > it.at) return it
  const of = <T>(all: readonly T[], same: (one: T) => boolean): T | undefined => all.find(same)
  return {
    ...it,
    regions: it.regions.map((one) => {
      const before = of(earlier.regions, ({ region }) => region === one.region)
      return { ...one, alarms: withLast(one.alarms, before?.alarms), quotas: withLast(one.quotas, before?.quotas) }
    }),
    roles: it.roles.map((one) => ({
      ...one,
      actual: withLast(
        one.actual,
        of(earlier.roles, ({ kind, name }) => kind === one.kind && name === one.name)?.actual,
      ),
    })),
    standbys: it.standbys.map((one) => ({
      ...one,
      now: withLast(one.now, of(earlier.standbys, ({ name, place }) => name === one.name && place === one.place)?.now),
    })),
    lags: it.lags.map((one) => ({
      ...one,
      lag: withLast(one.lag, of(earlier.lags, ({ name }) => name === one.name)?.lag),
    })),
    secrets: it.secrets.map((one) => ({
      ...one,
      now: withLast(
        one.now,
        of(earlier.secrets, ({ name, region }) => name === one.name && region === one.region)?.now,
      ),
    })),
    drift: withLast(it.drift, earlier.drift),
    backup: withLast(it.backup, earlier.backup),
    drills: withLast(it.drills, earlier.drills),
    leftovers: withLast(it.leftovers, earlier.leftovers),
  }
}

function withLast<T>(now: Fact<T>, before: Fact<T> | undefined): Fact<T> {
  if (isKnown(now) || now.silent === undefined || !before) return now
  const last: Known<T> | undefined = isKnown(before) ? before : before.last
  return last ? { ...now, last } : now
}
