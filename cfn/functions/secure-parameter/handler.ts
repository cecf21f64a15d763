// Keeps one SecureString parameter equal to a secret that exists already.
import type { Resource } from '../answer.ts'

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

async function keep(ports: Ports, { SecretName = '', ParameterName = '', KeyArn = '' }: Record<string, string>) {
  const value = await ports.readSecret(SecretName)
  if (!value) throw new Error(`The secret ${SecretName} holds no text.`)
  const size = Buffer.byteLength(value)
  if (size > maximumBytes) {
    throw new Error(`The secret ${SecretName} has ${size} bytes; a standard parameter takes ${maximumBytes}.`)
  }
  // Asked to make it again, such as after an answer that got lost, it finds its own parameter there.
  if (await ports.create(ParameterName, value, KeyArn)) return
  if (!(await ports.isOurs(ParameterName))) throw new Error(`${ParameterName} exists and belongs to someone else.`)
  await ports.replace(ParameterName, value, KeyArn)
}

/** A creation that was refused is followed by a deletion: what belongs to someone else stays. */
async function withdraw(ports: Ports, name: string): Promise<void> {
  if (name.startsWith('/') && (await ports.isOurs(name))) await ports.remove(name)
}
