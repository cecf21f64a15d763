// The SDK makes an error for each of its calls, and to trace them all takes a tenth of the time of thousands of lives.

/** Does the work without stacks in errors. */
export async function untraced<T>(work: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return await work()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
