// The SDK without what only a network needs: its retry layer and ours remain, so that thousands of runs are affordable.
import type { Connection } from '../../src/lib/aws/connect.ts'

type Client = Parameters<NonNullable<Connection['plug']>>[0]
type Handler = (args: { input: unknown }) => Promise<{ output: unknown }>
type Layer = (next: Handler, context: object) => Handler

interface Inside {
  middlewareStack: { applyToStack(stack: object): void }
  config: { logger?: unknown }
  send: unknown
}

/** What stays, outermost first; `bend` is of tests that change answers. */
const order = ['drCalls', 'bend', 'retryMiddleware', 'drServerClock', 'life', 'simulator']

/**
 * Makes a client leave out serialization, endpoints, signing and headers.
 * seeds.test.ts shows that a run is the same with and without them.
 */
export function shortened(client: Client): void {
  const inside = client as unknown as Inside
  const handlers = new Map<string, Handler>()
  inside.send = async (command: { input: unknown; constructor: { name: string } }): Promise<unknown> => {
    const commandName = command.constructor.name
    const handler = handlers.get(commandName) ?? through(inside, commandName, client.constructor.name)
    handlers.set(commandName, handler)
    const { output } = await handler({ input: command.input })
    return output
  }
}

function through({ middlewareStack, config }: Inside, commandName: string, clientName: string): Handler {
  const layers = new Map<string, Layer>()
  const add = (layer: Layer, { name = '' }: { name?: string }): void => void layers.set(name, layer)
  middlewareStack.applyToStack({ add, addRelativeTo: add, identifyOnResolve: () => false })
  const context = { commandName, clientName, logger: config.logger }
  return order.flatMap((name) => layers.get(name) ?? []).reduceRight((next, layer) => layer(next, context), unreached)
}

const unreached: Handler = () => Promise.reject(new Error('the simulator answers before this'))
