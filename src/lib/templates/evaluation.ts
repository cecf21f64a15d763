// The evaluator's contract: what a template means once parameters and surroundings are known.
import type { Value } from '../core/model.ts'

/** A template in long form (`Ref`, `Fn::GetAtt` as a list), as JSON would hold it. */
export interface TemplateBody {
  Parameters?: Record<string, { Type: string; Default?: Value; [key: string]: Value | undefined }>
  Mappings?: Record<string, Record<string, Record<string, Value>>>
  Conditions?: Record<string, Value>
  Rules?: Record<string, Value>
  Resources: Record<string, ResourceBody>
  Outputs?: Record<string, { Value: Value; Condition?: string; Description?: string }>
  [section: string]: unknown
}

export interface ResourceBody {
  Type: string
  Properties?: Record<string, Value>
  Condition?: string
  DependsOn?: string | string[]
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
  Metadata?: Record<string, Value>
}

/** What a template cannot know by itself. */
export interface World {
  /** `AWS::Region`, `AWS::AccountId`, `AWS::Partition`, `AWS::URLSuffix`, `AWS::StackName`, `AWS::StackId`. */
  pseudo: Record<string, string>
  /** Names of a region's availability zones, for Fn::GetAZs. */
  zones(region: string): string[]
  /** What `Ref` of a resource gives. */
  ref(logicalId: string): Value
  /** What `Fn::GetAtt` gives; throws EvaluationError for an attribute the type does not have. */
  attribute(logicalId: string, name: string): Value
}

/** A template evaluated in a world. Lazy: a property is resolved when asked for. */
export interface Evaluation {
  parameters: Record<string, Value>
  conditions: Record<string, boolean>
  /** Logical ids whose condition holds, in the order of the template. */
  resources: string[]
  /** Resolves intrinsic functions; `AWS::NoValue` at the top gives undefined. */
  resolve(value: Value): Value | undefined
  properties(logicalId: string): Record<string, Value>
  /** Logical ids it waits for: DependsOn and references, only those that exist under the conditions. */
  dependencies(logicalId: string): string[]
  outputs(): Record<string, Value>
  /** One output; undefined when its condition is false. */
  output(name: string): Value | undefined
}

/** A template that CloudFormation would refuse or could not create, and where in it. */
export class EvaluationError extends Error {
  override name = 'EvaluationError'
  /** What is wrong, without the place. */
  readonly reason: string
  /** Keys from the root of the template, e.g. `Resources, Bucket, Properties`; empty when the thrower cannot know. */
  readonly path: readonly (string | number)[]
  constructor(reason: string, path: readonly (string | number)[] = []) {
    super(path.length ? `${path.join('.')}: ${reason}` : reason)
    this.reason = reason
    this.path = path
  }
}
