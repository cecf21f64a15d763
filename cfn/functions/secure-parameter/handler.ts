// Keeps one SecureString parameter equal to a secret that exists already.
import type { Resource } from '../answer.ts'
import { redacted, secretTexts } from '../redact.ts'

export interface Ports {
  /** Text of the secret's current version. */
  readSecret(name: string): Promise<string | undefined>
  /** Makes the parameter with the tags of this environment; answers false when the name is taken. */
  create(name: string, value: string, key: string): Promise<boolean>
  /** Replaces value and key of a parameter that exists. */
  replace(name: string, value: string, key: string): Promise<void>
  /** Whether the parameter carries the tags of this environment; false when there is none. */
  isOurs(name: string): Promise<boolean>
  /** A parameter that is gone already is not a failure. */
  remove(name: string): Promise<void>
}

/** Parameters of the standard tier hold no more; a larger tier would cost, and cannot be left again. */
const maximumBytes = 4096

/** Makes the custom resource, named by the parameter. It touches no parameter of another owner. */
export function makeSecureParameter(ports: Ports): Resource {
  return {
    identify: (properties) => properties['ParameterName'] ?? 'unnamed',
    work: async ({ RequestType, PhysicalResourceId, ResourceProperties }) => {
      if (RequestType === 'Delete') return withdraw(ports, PhysicalResourceId ?? '')
      await keep(ports, ResourceProperties)
    },
  }
}

async function keep(ports: Ports, properties: Record<string, string>): Promise<void> {
  const { SecretName = '', ParameterName = '', KeyArn = '' } = properties
  const value = await ports.readSecret(SecretName)
  if (!value) throw new Error(`The secret ${SecretName} holds no text.`)
  const size = Buffer.byteLength(value)
  if (size > maximumBytes) {
    throw new Error(`The secret ${SecretName} has ${size} bytes; a standard parameter takes ${maximumBytes}.`)
  }
  try {
    await put(ports, ParameterName, value, KeyArn)
  } catch (error) {
    throw redacted(error, secretTexts(value))
  }
}

/** Asked to make it again, such as after an answer that got lost, it finds its own parameter there. */
async function put(ports: Ports, name: string, value: string, key: string): Promise<void> {
  if (await ports.create(name, value, key)) return
  if (!(await ports.isOurs(name))) throw new Error(`${name} exists and belongs to someone else.`)
  await ports.replace(name, value, key)
}

/** A creation that was refused is followed by a deletion: what belongs to someone else stays. */
async function withdraw(ports: Ports, name: string): Promise<void> {
  if (name.startsWith('/') && (await ports.isOurs(name))) await ports.remove(name)
}
