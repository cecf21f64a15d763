// What a template sees around itself before anything exists.
import type { Region, Value } from '../core/model.ts'
import { isListAttribute, knownAttribute } from './attributes.ts'
import type { TemplateBody, World } from './evaluation.ts'
import { listToken, tokenSource } from './tokens.ts'

/** Stands for the account in resolved ARNs and names. */
export const placeholderAccount = '000000000000'

/**
 * True values where they follow from names, tokens elsewhere.
 * @param source the token for a resource (`Vpc`) or one of its attributes (`Bucket.Arn`)
 * @param resolve resolves part of this very template
 * @param nested the resolved template of a nested stack
 * @param account the real one where it is known
 */
export function worldOf(
  body: TemplateBody,
  region: Region,
  source: (name: string) => string,
  resolve: (value: Value) => Value | undefined,
  nested: (id: string) => { outputs: Record<string, Value> } | undefined,
  account = placeholderAccount,
): World {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  const at = { partition, region, account }
  const open = new Set<string>()
  const value = (id: string, attribute?: string): Value => {
    const name = attribute === undefined ? id : `${id}.${attribute}`
    const { Type: type = '', Properties: properties = {} } = body.Resources[id] ?? {}
    if (open.has(name)) return source(name) // A circle, which is reported by the rule for circles.
    open.add(name)
    try {
      if (type === 'AWS::CloudFormation::Stack' && attribute?.startsWith('Outputs.')) {
        return nested(id)?.outputs[attribute.slice('Outputs.'.length)] ?? source(name)
      }
      const property = (key: string): Value | undefined => resolve(properties[key] ?? null)
      const known = knownAttribute(type, attribute, property, at)
      if (known !== undefined) return known
      return attribute !== undefined && isListAttribute(type, attribute)
        ? listToken(tokenSource(source(name)) ?? name)
        : source(name)
    } finally {
      open.delete(name)
    }
  }
  return {
    pseudo: {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': partition,
      'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
      'AWS::StackName': source('AWS::StackName'),
      'AWS::StackId': source('AWS::StackId'),
    },
    zones: (of) => ['a', 'b', 'c'].map((zone) => of + zone),
    ref: (id) => value(id),
    attribute: value,
  }
}
