// Sequence numbers as ranges, so that an hour of rows fits into an answer.

/** First and last number, both included. */
export type Range = [from: number, to: number]

/** Ascending numbers as the fewest ranges. */
export function ranges(numbers: readonly number[]): Range[] {
  const result: Range[] = []
  for (const number of numbers) {
    const last = result.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else result.push([number, number])
  }
  return result
}

/** What of 0 to `until` is not in the ranges. */
export function missing(present: readonly Range[], until: number): Range[] {
  const result: Range[] = []
  let next = 0
  for (const [from, to] of present) {
    if (from > next) result.push([next, Math.min(from - 1, until)])
    next = to + 1
  }
  if (next <= until) result.push([next, until])
  return result.filter(([from, to]) => from <= to)
}
