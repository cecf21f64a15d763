// A stack's template as it stands: parameters and conditions decided, references answered from what the stack holds.
import type { Region, Value } from '../../lib/core/model.ts'
import { evaluate } from '../../lib/templates/evaluate.ts'
import type { Evaluation } from '../../lib/templates/evaluation.ts'
import { Failure } from '../resources/kind.ts'
import { account, type Stack } from '../state.ts'
import { bodyOf } from './template.ts'

const cache = new WeakMap<Stack, { of: string; evaluation: Evaluation }>()

/** Availability zones as the simulated regions have them; us-east-1 has six, the others three. */
export const zones = (region: Region): string[] =>
  (region === 'us-east-1' ? ['a', 'b', 'c', 'd', 'e', 'f'] : ['a', 'b', 'c']).map((letter) => region + letter)

/** Evaluates the stack's present template with its present parameters. Throws what the evaluator throws. */
export function evaluated(stack: Stack): Evaluation {
  const of = `${JSON.stringify(stack.parameters)}${stack.template}`
  const known = cache.get(stack)
  if (known?.of === of) return known.evaluation
  const evaluation = evaluate(bodyOf(stack.template), stack.parameters, {
    pseudo: {
      'AWS::AccountId': account,
      'AWS::Region': stack.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': stack.id,
    },
    zones,
    ref: (logicalId) => made(stack, logicalId).physicalId,
    attribute: (logicalId, name): Value => {
      const { attributes, type } = made(stack, logicalId)
      const value = attributes[name]
      if (value !== undefined) return value
      if (name.startsWith('Outputs.')) {
        throw new Failure(`Template error: Output '${name.slice(8)}' not found in stack '${logicalId}'`)
      }
      throw new Failure(
        `Template error: resource ${logicalId} (${type}) does not support attribute ${name} in Fn::GetAtt`,
      )
    },
  })
  cache.set(stack, { of, evaluation })
  return evaluation
}

function made(stack: Stack, logicalId: string): Stack['resources'][string] {
  const resource = stack.resources[logicalId]
  if (resource?.physicalId) return resource
  throw new Failure(`Template error: instance of Fn::GetAtt references undefined resource ${logicalId}`)
}
