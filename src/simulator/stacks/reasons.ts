// The sentences in which CloudFormation gives its reasons.
import { EvaluationError } from '../../lib/templates/evaluation.ts'
import { Refusal } from '../answer.ts'
import { Failure } from '../resources/kind.ts'
import type { Stack, StackResource } from '../state.ts'

/** The reason in an error that AWS would report; any other error is a fault of the simulator and goes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof EvaluationError) return error.reason
  if (error instanceof Failure || error instanceof Refusal) return error.message
  throw error
}

/** `The following resource(s) failed to create: [A, B]. `: each verb that has failures. */
export function failedResources(resources: readonly StackResource[]): string {
  const sentence = (verb: string): string => {
    const ids = resources.filter(({ status }) => status === `${verb.toUpperCase()}_FAILED`)
    if (ids.length === 0) return ''
    return `The following resource(s) failed to ${verb}: [${ids.map(({ logicalId }) => logicalId).join(', ')}]. `
  }
  return sentence('create') + sentence('update') + sentence('delete')
}

/** Why a nested stack's resource failed: in the parent's words, which hide the cause. */
export function embedded(child: Stack, participle: 'created' | 'updated' | 'deleted', reason: string): string {
  const outcome = participle === 'updated' ? `updated. Currently in ${child.status} with reason:` : `${participle}:`
  return `Embedded stack ${child.id} was not successfully ${outcome} ${reason}`
}
