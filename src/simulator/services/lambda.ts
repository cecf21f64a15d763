// Lambda: functions are asked, told of, and switched off by a reserved concurrency of 0.
import type {
  DeleteFunctionConcurrencyCommandInput,
  GetFunctionConcurrencyCommandInput,
  GetFunctionConfigurationCommandInput,
  InvokeCommandInput,
  PutFunctionConcurrencyCommandInput,
} from '@aws-sdk/client-lambda'

import { Refusal, Until, type Answers, type Call } from '../answer.ts'
import {
  answerHttp,
  concurrencyOf,
  deniedCode,
  environmentOf,
  functionBy,
  requireConcurrency,
  requireRights,
  tooMuchReserved,
} from '../data/functions.ts'
import { answerProbe, FunctionError } from '../stand-ins/probe-function.ts'
import { all, record, text } from '../existing.ts'
import { quotaOf, type Resource } from '../state.ts'

function required({ cloud, region }: Call, reference: string | undefined): Resource {
  const one = functionBy(cloud, region, reference)
  if (one) return one
  throw new Refusal('ResourceNotFoundException', `Function not found: ${reference} in ${region}`, 404)
}

const setTo = (one: Resource, concurrency: number | null): void => {
  one.state = { ...one.state, concurrency }
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

function run(call: Call, one: Resource, payload: unknown): unknown {
  const { requestContext, body } = record(payload)
  const http = record(record(requestContext).http)
  if (http.path !== undefined) return answerHttp(call, one, text(http.method), text(http.path), text(body))
  const { DATABASE_HOST, CACHE_HOST, PROBE_FOLDER } = environmentOf(one)
  const isProbe = [DATABASE_HOST, CACHE_HOST, PROBE_FOLDER].some((place) => place !== undefined)
  if (isProbe) {
    requireRights(call.cloud, one)
    const denied = deniedCode(call.cloud, one)
    if (denied !== undefined) throw new FunctionError(denied)
    return answerProbe(call, one, record(payload))
  }
  throw new Refusal('InvalidRequestContentException', 'simulator rule: it does not know what this function does')
}

/** Lambda, by command. */
export const answers: Answers = {
  InvokeCommand: ({ FunctionName, Payload }: InvokeCommandInput, call: Call) => {
    const one = required(call, FunctionName)
    if (call.since === undefined) requireConcurrency(one)
    const bytes = Payload instanceof Uint8Array ? Payload : new Uint8Array()
    const given: unknown = JSON.parse(new TextDecoder().decode(bytes) || 'null')
    try {
      const result = run(call, one, given)
      return result instanceof Until ? result : { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: encode(result) }
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error
      const payload = { errorType: 'Error', errorMessage: error.message }
      return { StatusCode: 200, ExecutedVersion: '$LATEST', FunctionError: 'Unhandled', Payload: encode(payload) }
    }
  },
  GetAccountSettingsCommand: (_: unknown, { cloud, region }: Call) => {
    const ConcurrentExecutions = quotaOf(cloud, region, 'ConcurrentExecutions', 1000)
    const reserved = all(cloud, 'AWS::Lambda::Function', region).map((one) => concurrencyOf(one) ?? 0)
    const UnreservedConcurrentExecutions = ConcurrentExecutions - reserved.reduce((sum, one) => sum + one, 0)
    return { AccountLimit: { ConcurrentExecutions, UnreservedConcurrentExecutions } }
  },
  GetFunctionConcurrencyCommand: ({ FunctionName }: GetFunctionConcurrencyCommandInput, call: Call) => ({
    ReservedConcurrentExecutions: concurrencyOf(required(call, FunctionName)),
  }),
  PutFunctionConcurrencyCommand: (input: PutFunctionConcurrencyCommandInput, call: Call) => {
    const one = required(call, input.FunctionName)
    const wanted = input.ReservedConcurrentExecutions ?? 0
    const others = all(call.cloud, 'AWS::Lambda::Function', call.region).filter((other) => other !== one)
    const problem = tooMuchReserved(call, others, wanted)
    if (problem !== undefined) throw new Refusal('InvalidParameterValueException', problem)
    setTo(one, wanted)
    return { ReservedConcurrentExecutions: concurrencyOf(one) }
  },
  DeleteFunctionConcurrencyCommand: ({ FunctionName }: DeleteFunctionConcurrencyCommandInput, call: Call) =>
    setTo(required(call, FunctionName), null),
  GetFunctionConfigurationCommand: ({ FunctionName }: GetFunctionConfigurationCommandInput, call: Call) => {
    const one = required(call, FunctionName)
    return {
      FunctionName: one.physicalId,
      FunctionArn: text(one.attributes.Arn),
      Runtime: text(one.properties.Runtime),
      Timeout: Number(one.properties.Timeout ?? 3),
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Environment: { Variables: environmentOf(one) },
    }
  },
}
