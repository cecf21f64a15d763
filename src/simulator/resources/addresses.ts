// Ranges of IPv4 addresses.

function range(cidr: string): [number, number] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr)
  if (!match) return undefined
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number)
  const size = 2 ** (32 - bits)
  const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size
  return [first, first + size - 1]
}

/** Two CIDR blocks share an address; what is not a CIDR block shares none. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [range(one), range(other)]
  return a !== undefined && b !== undefined && a[0] <= b[1] && b[0] <= a[1]
}
