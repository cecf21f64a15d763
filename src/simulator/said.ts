// What every exception of the SDK is made from.

/** The options of an SDK exception; the SDK itself fills `$metadata`. */
export const said = (message: string) => ({ message, $metadata: {} })
