// Pure: from where to where a failover would go now. Roles may be swapped, so it follows what is, not what was wanted.
import { isKnown, type Observation } from './observation.ts'

/** Places: regions, or the zones of the database of a system of one region. Empty where they are not known. */
export function direction({ roles, regions, standbys }: Pick<Observation, 'roles' | 'regions' | 'standbys'>): {
  from: string
  to: string
} {
  const [primary, failover] = regions.map(({ region }) => region)
  const active = (['writer', 'dns'] as const).flatMap((kind) => {
    const actual = roles.find((role) => role.kind === kind)?.actual
    const seen = actual && (isKnown(actual) ? actual : actual.last)
    return seen?.value.places.length === 1 ? seen.value.places : []
  })[0]
  if (failover === undefined) return { from: active ?? '', to: standbys[0]?.place ?? '' }
  return active === failover ? { from: failover, to: primary ?? '' } : { from: primary ?? '', to: failover }
}
