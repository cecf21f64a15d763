// Lambda: asks functions, and sets how many of one may run at a time, which with 0 switches it off.
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda'
import type { MakeClient } from './connect.ts'
import { absent } from './shape.ts'

/** A function's own error: it ran, and threw. */
class FunctionFailed extends Error {
  override name = 'FunctionFailed'
}

/** The functions of one region. */
export class Functions {
  private readonly client: LambdaClient
  /** It does not repeat: a call may have had its effect. */
  private readonly once: LambdaClient
  constructor(make: MakeClient) {
    this.client = make(LambdaClient)
    this.once = make(LambdaClient, 'once')
  }

  /** Asks a function and waits for its answer. Throws FunctionFailed, or what Lambda says (TooManyRequestsException). */
  async invoke(name: string, payload: unknown, signal?: AbortSignal): Promise<unknown> {
    const Payload = new TextEncoder().encode(JSON.stringify(payload))
    const options = signal ? { abortSignal: signal } : {}
    const answer = await this.once.send(new InvokeCommand({ FunctionName: name, Payload }), options)
    const content: unknown = JSON.parse(new TextDecoder().decode(answer.Payload) || 'null')
    if (answer.FunctionError === undefined) return content
    throw new FunctionFailed(
      String((content as { errorMessage?: unknown } | null)?.errorMessage ?? answer.FunctionError),
    )
  }

  /** Whether there is such a function. */
  async exists(name: string): Promise<boolean> {
    const found = this.client.send(new GetFunctionConfigurationCommand({ FunctionName: name }))
    return (await absent(found, 'ResourceNotFound')) !== undefined
  }

  /** Reserved concurrency; undefined where none is reserved. */
  async concurrency(name: string): Promise<number | undefined> {
    const answer = await this.client.send(new GetFunctionConcurrencyCommand({ FunctionName: name }))
    return answer.ReservedConcurrentExecutions
  }

  /** Reserves concurrency; undefined reserves none. */
  async reserve(name: string, concurrency: number | undefined): Promise<void> {
    const input = { FunctionName: name }
    if (concurrency === undefined) await this.client.send(new DeleteFunctionConcurrencyCommand(input))
    else {
      const ReservedConcurrentExecutions = concurrency
      await this.client.send(new PutFunctionConcurrencyCommand({ ...input, ReservedConcurrentExecutions }))
    }
  }
}
