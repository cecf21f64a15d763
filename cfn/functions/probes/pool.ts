// Connections for writing: opened for each row, or kept for the next one as the pools of clients do.
import type { Connection, Pool, Row } from './window.ts'

export interface Ways {
  /** Cut short when the signal comes. */
  open(signal: AbortSignal, row: Row): Promise<Connection>
  isCertain: Pool['isCertain']
  /** ms since 1970, which goes on while Lambda lets the process sleep. */
  now?(): number
}

/**
 * ms. Lambda lets the process sleep from the end of a drill to the next one, and networks forget who is silent for 350 s:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
const idleMost = 60_000

/** Connections that are cut after each row, and those that are used again, the last one first. */
export const pools = (ways: Ways): { fresh: Pool; pooled: Pool } => ({
  fresh: makePool(false, ways),
  pooled: makePool(true, ways),
})

function makePool(pooled: boolean, { open, isCertain, now = Date.now }: Ways): Pool {
  const idle = new Map<Connection, number>()
  const end = (which: (since: number) => boolean = () => true): void => {
    for (const [one, since] of idle) if (which(since) && idle.delete(one)) one.destroy()
  }
  return {
    take: async (signal, row) => {
      // One that ended meanwhile would make an unknown outcome of a row that was never sent.
      end((since) => now() - since > idleMost)
      for (const one of [...idle.keys()].toReversed()) if (idle.delete(one) && one.isOpen) return one
      return open(signal, row)
    },
    give: (one) => {
      if (pooled) idle.set(one, now())
      else one.destroy()
    },
    isCertain,
    end: () => end(),
  }
}
