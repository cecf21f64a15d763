// What a document's script is to the simulator, which runs no Python: a function known by the digest of its text.
import type { Value } from '../../lib/core/model.ts'

/** Calls a service by the name of its API, or asks a host by `GET`. */
export type Api = (name: string, input: Record<string, Value>, region?: string) => unknown

type Payload = Record<string, Value>

/**
 * Returns what the script returns, `later` while it would sleep and look again; throws what it raises. `waited` is how
 * long it has run, ms.
 */
export type Script = (payload: Payload, api: Api, waited: number) => Payload | 'later'

/** Scripts by the first twelve digits of the SHA-256 of their texts without the last line break. */
export type Scripts = Record<string, Script>
