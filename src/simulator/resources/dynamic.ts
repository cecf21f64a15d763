// Dynamic references: `{{resolve:secretsmanager:…}}` becomes the secret's value when a resource is made or changed,
// and nowhere is it kept. CloudFormation compares the references themselves, so a new value alone changes nothing.
import type { Value } from '../../lib/core/model.ts'
import { isCustom } from './custom.ts'
import { fresh, uuid } from '../identifiers.ts'
import { type Around, Failure, type Properties } from './kind.ts'
import { secretOf, secretValue } from '../secrets.ts'

const reference = /\{\{resolve:([a-z-]+):([^{}]*)\}\}/g

/** Secrets Manager's own words, as CloudFormation passes them on. */
const refused = ({ cloud }: Around, code: string, message: string): Failure =>
  new Failure(
    `${message} (Service: AWSSecretsManager; Status Code: 400; Error Code: ${code}; ` +
      `Request ID: ${uuid(fresh(cloud))}; Proxy: null)`,
  )

/** `<name or ARN>[:SecretString[:<key>[:<stage>[:<version>]]]]`; an ARN has colons of its own. */
function parse(what: string): { id: string; key: string; version: string } {
  const parts = what.split(':')
  const id = parts.splice(0, parts[0] === 'arn' ? 7 : 1).join(':')
  const [kind = 'SecretString', key = '', stage = '', versionId = ''] = parts
  if (kind !== 'SecretString' || (stage !== '' && versionId !== '')) {
    throw new Failure(`Incorrect format is used in the following dynamic reference: {{resolve:secretsmanager:${what}}}`)
  }
  return { id, key, version: stage === 'AWSCURRENT' ? '' : stage || versionId }
}

function secret(what: string, around: Around): string {
  const { cloud, region } = around
  const { id, key, version } = parse(what)
  if (version !== '') throw new Failure(`the simulator knows the current version of secrets only, not ${version}`)
  const value = secretValue(cloud, region, id)
  if (value === undefined) {
    throw secretOf(cloud, region, id)
      ? refused(
          around,
          'InvalidRequestException',
          "You can't perform this operation on the secret because it was marked for deletion.",
        )
      : refused(around, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }
  return key === '' ? value : valueOf(value, key)
}

function valueOf(json: string, key: string): string {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new Failure('Could not parse SecretString JSON')
  }
  const value = typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, key) ? { ...parsed } : undefined
  const found = (value as Record<string, unknown> | undefined)?.[key]
  // A value that is no text is not found either (gh aws/aws-sam-cli#2153).
  if (typeof found === 'string' || typeof found === 'number') return String(found)
  throw new Failure('Could not find a value associated with JSONKey in SecretString')
}

const resolveText = (text: string, around: Around): string =>
  text.replaceAll(reference, (whole, service: string, what: string) => {
    if (service === 'secretsmanager') return secret(what, around)
    throw new Failure(`the simulator does not resolve ${whole}`)
  })

const resolve = (value: Value, around: Around): Value => {
  if (typeof value === 'string') return resolveText(value, around)
  if (Array.isArray(value)) return value.map((one) => resolve(one, around))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolve(one, around)]))
}

/**
 * The properties as the resource's handler gets them. Custom resources get the references as they are.
 * Throws Failure where a secret or its key is missing.
 */
export const resolved = (type: string, properties: Properties, around: Around): Properties =>
  isCustom(type) ? properties : (resolve(properties, around) as Properties)
