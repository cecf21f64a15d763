// Plays many seeds, and says for each that fails how to play it again.
import { type Ground, play } from './seeds.ts'
import { untraced } from './untraced.ts'

/** The seed that somebody wants to look at, else the usual ones. */
export function seedsToPlay(usual: { from: number; to: number }): number[] {
  const { DR_SEED } = process.env
  if (DR_SEED !== undefined) return [Number(DR_SEED)]
  return Array.from({ length: usual.to - usual.from + 1 }, (_, index) => usual.from + index)
}

const fileOf = ({ subject }: Ground): string =>
  subject.environment.system === 'miniature' ? 'simulation/seeds.test.ts' : 'soak/systems.test.ts'

/** So many failing seeds say enough. */
const enough = 10

/** What was untrue in these seeds: none when all is well. One seed alone is told step by step. */
export async function playAll(seeds: number[], on: Ground): Promise<string[]> {
  const { system } = on.subject.environment
  const trace = seeds.length === 1 ? (line: string): void => void process.stdout.write(`${line}\n`) : undefined
  let played = 0
  const loose: unknown[] = []
  const notice = (reason: unknown): void => void loose.push(reason)
  process.on('unhandledRejection', notice)
  const found: string[] = []
  try {
    for (const seed of seeds) {
      if (found.length >= enough) break
      played++
      const complaints = await (trace ? play(seed, on, { trace }) : untraced(() => play(seed, on)))
      for (const reason of loose.splice(0)) complaints.push(`a rejection that nobody handles: ${String(reason)}`)
      if (complaints.length === 0) continue
      found.push(`${complaints.join('\n  ')}\n  replay: DR_SEED=${seed} npx vitest run test/${fileOf(on)} -t ${system}`)
    }
  } finally {
    process.off('unhandledRejection', notice)
  }
  process.stdout.write(`seeded simulation: ${played} lives of ${system}, ${found.length} with something untrue\n`)
  return found
}
