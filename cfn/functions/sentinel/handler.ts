// Turns one question to the primary into one data point of the metric PrimaryReady.

export interface Ports {
  system: string
  suffix: string
  now(): Date
  /** HTTP status of the primary's answer to `GET /ready`; throws when there is none in time. */
  ask(): Promise<number>
  /** Writes one line to the log. */
  write(line: string): void
}

/**
 * Makes the handler of the schedule. The metric is 1 when the primary answered 200 and 0 otherwise; it leaves as a log
 * line in embedded metric format, from which CloudWatch takes it.
 */
export function makeHandler(ports: Ports): () => Promise<void> {
  return async () => {
    const answer = await ports.ask().catch((error: unknown) => String(error))
    ports.write(
      JSON.stringify({
        _aws: {
          Timestamp: ports.now().getTime(),
          CloudWatchMetrics: [
            {
              Namespace: 'dr',
              Dimensions: [['System', 'EnvironmentSuffix']],
              Metrics: [{ Name: 'PrimaryReady', Unit: 'None' }],
            },
          ],
        },
        System: ports.system,
        EnvironmentSuffix: ports.suffix,
        PrimaryReady: answer === 200 ? 1 : 0,
        answer,
      }),
    )
  }
}
