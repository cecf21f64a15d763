// Answers SDK commands in AWS's place. It sits below the SDK's retry layer, so throttles and resets are retried.
import type { Region } from '../lib/core/model.ts'

/** As much of an SDK client as the simulator touches. */
export interface Pluggable {
  middlewareStack: { add(middleware: never, options: never): void }
  config: unknown
}

/**
 * Answers one command of a client (`RDSClient`) in a region; throws as the service would, silence after `patience` ms.
 * `role`: in whose session the client calls, if it is not the account's administrator.
 */
export type Respond = (
  command: string,
  input: unknown,
  region: Region,
  client?: string,
  patience?: number,
  role?: string,
) => Promise<unknown>

interface Handled {
  response: unknown
  output: unknown
}

/** What STS gives as an access key for the session of a role; a client that has it calls as that role. */
export const sessionKey = 'ASIA'

interface Config {
  region: Region | (() => Promise<Region>)
  credentials?: () => Promise<{ accessKeyId: string }>
}

/** The role in whose session a client calls. */
async function roleOf({ credentials }: Config): Promise<string | undefined> {
  const key = (await credentials?.())?.accessKeyId ?? ''
  return key.startsWith(sessionKey) ? key.slice(sessionKey.length) : undefined
}

/** Turns a client to `respond`. Credentials and region must be set on the client, else the SDK asks the machine. */
export function plug(client: Pluggable, respond: Respond, now?: () => number, patience?: number): void {
  const config = client.config as Config
  const middleware =
    (_next: unknown, context: { commandName?: string; clientName?: string }) =>
    async ({ input }: { input: unknown }): Promise<Handled> => {
      const region = typeof config.region === 'function' ? await config.region() : config.region
      const output = await respond(
        context.commandName ?? '',
        input,
        region,
        context.clientName,
        patience,
        await roleOf(config),
      )
      // Fresh per attempt: the SDK writes the number of attempts into it.
      const $metadata = { httpStatusCode: 200, requestId: '00000000-0000-4000-a000-000000000000' }
      // dr ages its lock by S3's clock, which it reads from this header.
      const headers = now ? { date: new Date(now()).toUTCString() } : {}
      return { response: { headers }, output: { ...(output as object | undefined), $metadata } }
    }
  const place = { name: 'simulator', step: 'deserialize', priority: 'high', override: true }
  client.middlewareStack.add(middleware as never, place as never)
}
