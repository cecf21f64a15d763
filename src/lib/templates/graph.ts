// Orders things by what they need, or says which of them form a circle. Pure.

/** Either all ids, each after those it needs and else in the given order, or one circle among them. */
export type Order = { order: string[]; circle?: undefined } | { order?: undefined; circle: string[] }

/** @param needs ids that must come before; ids that are not in `ids` are ignored */
export function order(ids: readonly string[], needs: (id: string) => readonly string[]): Order {
  const known = new Set(ids)
  const done: string[] = []
  const settled = new Set<string>()
  const walk = (id: string, trail: string[]): string[] | undefined => {
    if (settled.has(id) || !known.has(id)) return undefined
    const seen = trail.indexOf(id)
    if (seen >= 0) return trail.slice(seen)
    for (const need of needs(id)) {
      const circle = walk(need, [...trail, id])
      if (circle) return circle
    }
    settled.add(id)
    done.push(id)
    return undefined
  }
  for (const id of ids) {
    const circle = walk(id, [])
    if (circle) return { circle }
  }
  return { order: done }
}
