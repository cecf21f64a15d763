// The notation of facts about resource types: which actions the handler of a type calls, and on which ARN.
// Source, where a row names no other: the `handlers` of AWS's resource schemas as of 2026-08-07
// (https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers);
// which ARN an action takes: AWS's service authorization reference.

export interface About {
  /** Only where this property is set; with `=text`, where its value contains the text. */
  when?: string
  /** The service that gets the role: the condition key `iam:PassedToService`. */
  to?: string
  /** The service that the linked role belongs to: the condition key `iam:AWSServiceName`. */
  linked?: string
  /** The function that a mapping calls: the condition key `lambda:FunctionArn`. */
  calls?: string
  /** The policy that a role gets: the condition key `iam:PolicyARN`. */
  attaches?: string
  /** Where a row is not from AWS's resource schemas: a page that a reader can open. */
  source?: string
}

/**
 * An ARN without `arn:<partition>:`, and the actions on it.
 *
 * In the ARN `@` is region and account, `!` the region alone and `#` the account alone. `${Name}` is the value of a
 * property; where it is not set, the name that CloudFormation makes. `${A.*.B}` is each value at a path; where there is
 * none, the row asks for nothing. `${Name=text}` is the text where the property is not set, and `${Name/}` nothing, or the
 * value and a slash. Of a value that is an ARN or an address it is the name. An ARN that is `${A.B}` and nothing else is
 * the value itself, and asks for nothing where there is none. `*` alone is an action that takes no resource, or that looks
 * beyond one.
 *
 * Actions are parted by spaces. Behind each are the handlers that call it: `c`reate, `r`ead, `u`pdate, `d`elete.
 */
export type Fact = [on: string, actions: string, about?: About]

/** Facts by resource type. */
export type Facts = Record<string, Fact[]>
