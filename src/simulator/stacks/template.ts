// Template texts as CloudFormation takes them: inline or from S3, parsed once, refused as early as AWS does.
import { load } from 'js-yaml'

import type { Region } from '../../lib/core/model.ts'
import type { TemplateBody } from '../../lib/templates/evaluation.ts'
import { templateSchema } from '../../lib/templates/tags.ts'
import { Refusal } from '../answer.ts'
import type { Cloud } from '../state.ts'

const inlineLimit = 51_200
const parsed = new Map<string, TemplateBody>()

export const invalid = (message: string): Refusal => new Refusal('ValidationError', message)

/** The body of a template text, JSON or YAML. Throws ValidationError for a text that is neither. */
export function bodyOf(text: string): TemplateBody {
  const known = parsed.get(text)
  if (known) return known
  let body: unknown
  try {
    body = text.trimStart().startsWith('{') ? JSON.parse(text) : load(text, { schema: templateSchema })
  } catch (error) {
    throw invalid(`Template format error: ${(error as Error).message.split('\n')[0]}`)
  }
  const resources = (body as Partial<TemplateBody> | undefined | null)?.Resources
  if (!resources || Object.keys(resources).length === 0) {
    throw invalid('Template format error: At least one Resources member must be defined.')
  }
  const nothing = nullIn(body)
  if (nothing !== undefined) {
    // CloudFormation names the properties of a resource as if they lay in its type.
    const path = nothing.replace(/^(\/Resources\/[^/]+)\/Properties\b/, '$1/Type')
    throw invalid(`[${path}] 'null' values are not allowed in templates`)
  }
  parsed.set(text, body as TemplateBody)
  return body as TemplateBody
}

/** Where the first null is, as `/Resources/Topic/Properties/DisplayName`; undefined where there is none. */
function nullIn(value: unknown, path = ''): string | undefined {
  if (value === null) return path
  if (typeof value !== 'object') return undefined
  for (const [key, inner] of Object.entries(value)) {
    const found = nullIn(inner, `${path}/${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** Parameters as stacks and stack sets show them: what must not be seen is not shown. */
export function masked({ template, parameters }: { template: string; parameters: Pairs }): Pairs {
  const declared = bodyOf(template).Parameters ?? {}
  const shown = Object.entries(parameters).map(([name, value]) => [name, declared[name]?.['NoEcho'] ? '****' : value])
  return Object.fromEntries(shown) as Pairs
}

type Pairs = Record<string, string>

/** The text that a call gives inline or by URL; undefined when it gives neither. */
export function textOf(
  cloud: Cloud,
  region: Region,
  { TemplateBody: inline, TemplateURL: url }: { TemplateBody?: string; TemplateURL?: string },
): string | undefined {
  if (inline !== undefined && url !== undefined) {
    throw invalid('You must specify only one of TemplateBody or TemplateURL')
  }
  if (inline === undefined) return url === undefined ? undefined : fetchTemplate(cloud, region, url)
  if (Buffer.byteLength(inline) > inlineLimit) {
    throw invalid(
      "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${inlineLimit}`,
    )
  }
  return inline
}

const pathStyle = /^https:\/\/s3[.-]([a-z0-9-]+)\.amazonaws\.com\/([^/]+)\/(.+)$/
const hostStyle = /^https:\/\/(.+)\.s3(?:[.-]([a-z0-9-]+))?\.amazonaws\.com\/(.+)$/

/** Reads a template object from the simulated S3, as CloudFormation in `region` would. */
export function fetchTemplate(cloud: Cloud, region: Region, url: string): string {
  const host = hostStyle.exec(url)
  const path = pathStyle.exec(url)
  const [name, where, key] = host ? [host[1], host[2], host[3]] : [path?.[2], path?.[1], path?.[3]]
  if (name === undefined || key === undefined) throw invalid('TemplateURL must be a supported URL.')
  const bucket = cloud.buckets[name]
  if (!bucket) throw s3Error('The specified bucket does not exist')
  if (bucket.region !== region || (where !== undefined && where !== bucket.region)) {
    throw s3Error(
      'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
        'Please send all future requests to this endpoint.',
    )
  }
  const object = bucket.versions.findLast((version) => version.key === decodeURIComponent(key))
  if (object?.body === undefined) throw s3Error('The specified key does not exist.')
  return object.encoding === 'base64' ? Buffer.from(object.body, 'base64').toString('utf8') : object.body
}

const s3Error = (message: string): Refusal =>
  invalid(
    `S3 error: ${message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
  )
