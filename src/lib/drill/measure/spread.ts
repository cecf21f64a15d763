// How a figure varies over repeats: all points, and percentiles only where there are enough of them.

interface Spread {
  n: number
  min: number
  median: number
  max: number
  /** Only from 20 observations on; below, a 95th percentile is the maximum in disguise. */
  p95?: number
}

/** So many observations before a percentile is named. */
export const enough = 20

/** Sums up observations of one kind and unit; undefined for none. */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return undefined
  const n = sorted.length
  const p95 = sorted[Math.ceil(n * 0.95) - 1]
  const lower = sorted[Math.floor((n - 1) / 2)] ?? min
  const upper = sorted[Math.ceil((n - 1) / 2)] ?? max
  return { n, min, median: (lower + upper) / 2, max, ...(n >= enough && p95 !== undefined && { p95 }) }
}

/** With no failure in n runs the failure rate lies below this with 95 % confidence: the exact form of the rule of three. */
export const failureRateBelow = (n: number): number => (n <= 0 ? 1 : 1 - 0.05 ** (1 / n))
