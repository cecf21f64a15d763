// Counts calls to AWS: what a run costs, and the proof that one changed nothing.

/** Commands by name → how often. */
export interface Calls {
  reading: Record<string, number>
  mutating: Record<string, number>
}

// TestDNSAnswer asks what Route 53 would answer; Query, Scan and BatchGet are DynamoDB's, Filter is Logs'. AssumeRole asks
// for credentials.
const reads = /^(AssumeRole|Describe|List|Get|Head|Query|Scan|BatchGet|FilterLogEvents|TestDNSAnswer)/

/** True for calls that only read, by AWS's naming. */
export const isReading = (command: string): boolean => reads.test(command)

/** Records one call. */
export function count(calls: Calls, command: string): void {
  const name = command.replace(/Command$/, '')
  const group = isReading(name) ? calls.reading : calls.mutating
  group[name] = (group[name] ?? 0) + 1
}

/** How many calls in all. */
export const total = (group: Record<string, number>): number => Object.values(group).reduce((sum, n) => sum + n, 0)
