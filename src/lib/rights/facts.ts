// All facts about resource types.
import type { Fact, Facts } from './fact.ts'
import { compute } from './facts/compute.ts'
import { databases } from './facts/databases.ts'
import { messages } from './facts/messages.ts'
import { names } from './facts/names.ts'
import { network } from './facts/network.ts'
import { observability } from './facts/observability.ts'
import { stores } from './facts/stores.ts'

export const facts: Facts = { ...network, ...databases, ...stores, ...compute, ...observability, ...messages, ...names }

/** CloudFormation calls the function of a custom resource with the rights of the stack (guide, custom resources). */
const custom: Fact[] = [
  [
    'lambda:@:function:${ServiceToken}',
    'InvokeFunction/cud',
    {
      source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html',
    },
  ],
]

/** Types that CloudFormation handles itself, with rights that the execution role has for every system. */
const own = /^AWS::CloudFormation::(Stack|WaitCondition|WaitConditionHandle)$/

/** What is known of a type; undefined for a type of which nothing is known. */
export function factsOf(type: string): Fact[] | undefined {
  if (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') return custom
  return own.test(type) ? [] : facts[type]
}
