// Calls past a stack set, in a session of the execution role, as StackSets makes them: no role stays with the stack.
import type { Stacks } from '../../aws/stacks.ts'
import type { Region } from '../../core/model.ts'
import { executionRole } from '../../core/names.ts'
import { type Context, type Ended, failedBecause } from './action.ts'

/** Makes a call as the execution role; gives how it ended only where AWS refuses, in words that lead on. */
export async function asExecution<T>(
  context: Context,
  region: Region,
  call: (stacks: Stacks) => Promise<T>,
): Promise<{ answer: T } | { refused: Ended }> {
  await context.hold()
  try {
    return { answer: await call(context.aws.executionStacks(region)) }
  } catch (error) {
    const why = error instanceof Error ? refusal(error, region) : undefined
    if (why === undefined) throw error
    return { refused: failedBecause(why.replaceAll(context.aws.account, '····')) }
  }
}

function refusal({ name, message }: Error, region: Region): string | undefined {
  if (/perform: sts:AssumeRole/.test(message))
    return `the role ${executionRole} is missing or does not let you in, so no stack in ${region} can be changed directly; let an administrator run dr bootstrap, with --direct-caller and the ARN of your role, then give the same command again`
  if (/invalid or cannot be assumed/.test(message))
    return `the role ${executionRole} is missing or not trusted, so no stack in ${region} can be repaired; run dr bootstrap, then the same command again`
  return name === 'ValidationError' ? `AWS refuses to repair a stack in ${region}: ${message}` : undefined
}
