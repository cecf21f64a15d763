// Fills in what most resource types have in common, so that the tables say only what is special.
import { ec2Id, fresh, generatedName, uuid } from '../identifiers.ts'
import { text } from '../existing.ts'
import { type Around, Failure, type Kind, type Properties } from './kind.ts'

type Definition = Partial<Omit<Kind, 'type' | 'physicalId' | 'longest'>> & {
  /**
   * What becomes the physical id. By default the name, or one that CloudFormation makes up;
   * a text is the prefix of an EC2 id; a function gets that name.
   */
  id?: string | ((name: string, properties: Properties, around: Around) => string)
  /** How long a name may be, made up or given. */
  limit?: number
}

/** A resource type from what is special about it; its name is always create-only. */
export function define(type: string, definition: Definition = {}): Kind {
  const { id, limit, ...rest } = definition
  const { name } = definition
  const named = (properties: Properties, around: Around): string =>
    (name === undefined ? '' : text(properties[name])) || generatedName(around, limit)
  return {
    scope: 'region',
    attributes: () => ({}),
    ...rest,
    ...(limit !== undefined && { longest: limit }),
    type,
    createOnly: [...(name === undefined ? [] : [name]), ...(definition.createOnly ?? [])],
    physicalId: (properties, around) => {
      if (typeof id === 'string') return ec2Id(id, fresh(around.cloud))
      if (id) return id(named(properties, around), properties, around)
      return named(properties, around)
    },
  }
}

/** The sentence in which CloudFormation reports what a resource handler answered. */
export const refused = (around: Around, message: string, code: string): Failure =>
  new Failure(
    `Resource handler returned message: "${message}" ` +
      `(RequestToken: ${uuid(fresh(around.cloud))}, HandlerErrorCode: ${code})`,
  )

/** A service's own error inside that sentence. */
export const serviceError = (around: Around, service: string, status: number, message: string, code: string): Failure =>
  refused(
    around,
    `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${uuid(fresh(around.cloud))})`,
    code,
  )
