// Systems Manager: parameters and documents.
import { define, refused, serviceError } from './define.ts'
import { record, text } from '../existing.ts'
import { arn } from '../identifiers.ts'
import type { Around, Kind } from './kind.ts'

/** A document is an object, or text that holds one. */
function requireContent(around: Around, content: unknown): void {
  if (Object.keys(record(content)).length > 0 || /^\s*(schemaVersion|description|---)/.test(text(content))) return
  try {
    if (Object.keys(record(JSON.parse(text(content)))).length > 0) return
  } catch {
    // What is no JSON is refused below.
  }
  throw serviceError(around, 'Ssm', 400, 'Document content is not valid.', 'InvalidRequest')
}

export const ssm: Kind[] = [
  define('AWS::SSM::Parameter', {
    name: 'Name',
    arn: (name, region) => arn('ssm', region, `parameter/${name.replace(/^\//, '')}`),
    taken: (name) => `${name} already exists.`,
    attributes: ({ Type, Value }, name, { region }) => ({
      Type: Type ?? 'String',
      Value: Value ?? '',
      Arn: arn('ssm', region, `parameter/${name.replace(/^\//, '')}`),
    }),
    requires: ({ Type }, around) => {
      if (Type !== 'SecureString') return
      throw refused(around, 'SSM Secure String is not supported for AWS::SSM::Parameter', 'InvalidRequest')
    },
  }),
  define('AWS::SSM::Document', {
    name: 'Name',
    createOnly: ['DocumentType'],
    // Without UpdateMethod NewVersion, a changed content means another document.
    isReplaced: ({ Content, UpdateMethod }, before) =>
      UpdateMethod !== 'NewVersion' && text(Content) !== text(before.Content),
    arn: (name, region) => arn('ssm', region, `document/${name}`),
    taken: (name) => `Document with same name ${name} already exists`,
    requires: ({ Content }, around) => requireContent(around, Content),
  }),
]
