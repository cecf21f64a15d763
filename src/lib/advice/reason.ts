// Pure: AWS's reasons without the wrapping. Handlers, services and StackSets each put the same sentence in another box.

export interface Told {
  reason: string
  /** The handler's or service's code, such as `AlreadyExists`; empty where none was given. */
  code: string
}

/** What a resource handler's message is wrapped in; aws-solutions/amazon-marketing-cloud-uploader-from-aws#167. */
const handler =
  /^Resource handler returned message: "([\s\S]*)" \(RequestToken: [^,)]*(?:, HandlerErrorCode: (\w+))?\)\.?\s*$/
/** What both generations of AWS's SDK for Java append; aws/aws-parallelcluster#1734, aws-samples/siem-on-amazon-opensearch-service#175. */
const appended =
  /\s*\((?:Service: [^()]*|Request ?Id: [^()]*|RequestToken: [^()]*|SDK Attempt Count: \d+|HandlerErrorCode: \w+)\)/gi
const codes = /(?:HandlerErrorCode|Error Code): (\w+)/
/** The stack's ARN says less than the path beside it. */
const embedded = /^Embedded stack arn:\S+ was/

/** The sentence that matters, and the code. Request ids help only AWS and make reasons long. */
export function told(text: string): Told {
  const wrapped = handler.exec(text)
  const inner = wrapped?.[1] ?? text
  const code = wrapped?.[2] ?? codes.exec(text)?.[1] ?? ''
  const reason = inner.replace(appended, '').replace(embedded, 'Embedded stack was').trim()
  return {
    reason: reason === '' || reason === 'null' ? `no message, only the code ${code || 'of no kind'}` : reason,
    code,
  }
}

/** `ResourceLogicalId:X, ResourceType:Y, ResourceStatusReason:Z.` of an operation's result; hashicorp/terraform-provider-aws#40956. */
const result = /^ResourceLogicalId:\s*([^,]+), ResourceType:\s*([^,]+), ResourceStatusReason:\s*([\s\S]*?)\.?\s*$/

/** The root stack's resource that an operation's result names, if it names one. */
export function namedResource(text: string): { logicalId: string; type: string; reason: string } | undefined {
  const [, logicalId, type, reason] = result.exec(text) ?? []
  return logicalId && type ? { logicalId, type, reason: reason ?? '' } : undefined
}
