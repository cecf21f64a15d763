// Time, so that nothing else reads or waits for the real one. Only this file touches timers.

/** All times are milliseconds since the epoch, all durations milliseconds. */
export interface Clock {
  now(): number
  /** Resolves after `ms`; rejects at once with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Where time is simulated: until the signal, it goes on only while this process has its turns. */
  evenly?(until: AbortSignal): void
}

/** The wall clock. */
export const realClock: Clock = scaledClock(1, () => Date.now())

/** The wall clock as it was at the start, going on evenly whatever is done to the wall clock since: for durations. */
export const steadyClock: Clock = scaledClock(1, () => performance.timeOrigin + performance.now())

/**
 * A clock that runs `speed` times as fast as the wall.
 * `read` gives its present time, so that several processes can share one simulated time.
 */
export function scaledClock(speed: number, read: () => number): Clock {
  return {
    now: read,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        const abort = (): void => {
          clearTimeout(timer)
          reject(signal?.reason as Error)
        }
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', abort)
          resolve()
        }, ms / speed)
        signal?.addEventListener('abort', abort, { once: true })
      }),
  }
}

/**
 * A clock that never waits: when everybody sleeps, time jumps to the earliest sleeper.
 * Deterministic as long as nothing but this clock does real waiting.
 */
export function virtualClock(start = Date.UTC(2026, 0, 1)): Clock {
  let now = start
  let order = 0
  let driving = false
  const sleepers: { at: number; order: number; wake: () => void }[] = []
  const drive = (): void => {
    sleepers.sort((a, b) => a.at - b.at || a.order - b.order)
    const next = sleepers.shift()
    if (!next) {
      driving = false
      return
    }
    now = Math.max(now, next.at)
    next.wake()
    setImmediate(drive)
  }
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        const sleeper = {
          at: now + ms,
          order: order++,
          wake: (): void => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        const abort = (): void => {
          sleepers.splice(sleepers.indexOf(sleeper), 1)
          reject(signal?.reason as Error)
        }
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.push(sleeper)
        if (!driving) {
          driving = true
          setImmediate(drive)
        }
      }),
  }
}
