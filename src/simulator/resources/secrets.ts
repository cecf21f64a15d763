// What CloudFormation does to a secret that is not its own: connects it to a database, and has it rotated.
import type { Resource, Secret } from '../state.ts'
import { define, refused, serviceError } from './define.ts'
import { all, existing, record, text } from '../existing.ts'
import { parseArn } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { arnIn, secretOf } from '../secrets.ts'

const attachmentType = 'AWS::SecretsManager::SecretTargetAttachment'
const functionType = 'AWS::Lambda::Function'

const invalid = (around: Around, message: string): Error =>
  serviceError(around, 'SecretsManager', 400, message, 'InvalidRequest')

/** The secret itself; a replica cannot be changed. */
function requireSecret(around: Around, id: unknown): Secret {
  const secret = secretOf(around.cloud, around.region, text(id))
  if (!secret) {
    throw serviceError(around, 'SecretsManager', 400, "Secrets Manager can't find the specified secret.", 'NotFound')
  }
  if (secret.deletion) {
    const message = "You can't perform this operation on the secret because it was marked for deletion."
    throw invalid(around, message)
  }
  if (secret.region !== around.region) {
    const message = "Operation not permitted on a replica secret. Call must be made in primary secret's region."
    throw invalid(around, message)
  }
  return secret
}

/** Its JSON object; empty when it is none. */
function contentOf({ value }: Secret): Record<string, unknown> {
  try {
    return record(JSON.parse(value))
  } catch {
    return {}
  }
}

const targetTypes = new Set(['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'])

function requireTarget({ TargetId, TargetType }: Properties, around: Around): Resource {
  const type = text(TargetType)
  if (!targetTypes.has(type)) throw refused(around, `TargetType ${type} is not supported.`, 'InvalidRequest')
  const target = existing(around.cloud, around.region, type, text(TargetId).toLowerCase())
  if (target) return target
  throw refused(around, `${type} ${text(TargetId)} does not exist.`, 'NotFound')
}

/** What an attachment writes beside user and password: where the database is, and which. */
function connectionOf({ attributes, properties, physicalId, type }: Resource): Record<string, string | number> {
  const engine = text(properties.Engine)
  const name = text(properties.DBName ?? properties.DatabaseName)
  return {
    engine: engine.replace('aurora-', '').replace('postgresql', 'postgres'),
    host: text(attributes['Endpoint.Address']),
    port: Number(text(attributes['Endpoint.Port'])),
    ...(name && { dbname: name }),
    [type === 'AWS::RDS::DBCluster' ? 'dbClusterIdentifier' : 'dbInstanceIdentifier']: physicalId,
  }
}

/** The ARN of a secret, or what was given where it is not there any more. */
const secretArn = ({ SecretId }: Properties, { cloud, region }: Around): string => {
  const secret = secretOf(cloud, region, text(SecretId))
  return secret ? arnIn(secret, region) : text(SecretId)
}

function requireInvocable(around: Around, functionArn: string): void {
  const named = parseArn(functionArn)
  const name = named?.resource.replace('function:', '').split(':')[0] ?? ''
  const found = named?.region === around.region && existing(around.cloud, around.region, functionType, name)
  if (!found) {
    throw serviceError(around, 'SecretsManager', 400, `The function ${functionArn} does not exist.`, 'NotFound')
  }
  const isAllowed = all(around.cloud, 'AWS::Lambda::Permission', around.region).some(
    ({ properties: { FunctionName, Principal } }) =>
      Principal === 'secretsmanager.amazonaws.com' && [name, functionArn].includes(text(FunctionName)),
  )
  if (isAllowed) return
  throw serviceError(
    around,
    'SecretsManager',
    403,
    'Secrets Manager cannot invoke the specified Lambda function. ' +
      'Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
    'AccessDenied',
  )
}

/** Days between rotations, or a schedule, and not both. */
function requireRules(around: Around, rules: Properties): void {
  const { AutomaticallyAfterDays: days, ScheduleExpression: schedule } = rules
  if (days !== undefined && schedule !== undefined) {
    throw invalid(around, "You can't specify both AutomaticallyAfterDays and ScheduleExpression.")
  }
  if (days !== undefined && !(Number(days) >= 1 && Number(days) <= 1000)) {
    throw invalid(around, 'AutomaticallyAfterDays must be from 1 to 1000.')
  }
}

export const secrets: Kind[] = [
  define(attachmentType, {
    id: (_, properties, around) => secretArn(properties, around),
    createOnly: ['SecretId'],
    attributes: (_, id) => ({ Id: id }),
    requires: (properties, around) => {
      const secret = requireSecret(around, properties.SecretId)
      requireTarget(properties, around)
      if (Object.keys(contentOf(secret)).length > 0) return
      throw refused(around, 'The secret must hold a JSON object to be attached to a database.', 'InvalidRequest')
    },
    made: (properties, _, around) => {
      const secret = secretOf(around.cloud, around.region, text(properties.SecretId))
      if (!secret) return
      secret.value = JSON.stringify({ ...contentOf(secret), ...connectionOf(requireTarget(properties, around)) })
    },
  }),
  define('AWS::SecretsManager::RotationSchedule', {
    id: (_, properties, around) => secretArn(properties, around),
    createOnly: ['SecretId'],
    attributes: (_, id) => ({ Id: id }),
    requires: (properties, around) => {
      const secret = requireSecret(around, properties.SecretId)
      requireRules(around, record(properties.RotationRules))
      requireInvocable(around, text(properties.RotationLambdaARN))
      // Rotation begins at once: with a test of the pending version, or with a new password.
      const { dbClusterIdentifier, dbInstanceIdentifier } = contentOf(secret)
      if ((dbClusterIdentifier ?? dbInstanceIdentifier) !== undefined) return
      const message = 'simulator rule: the secret is attached to no database, and its first rotation would fail'
      throw refused(around, message, 'InvalidRequest')
    },
    made: (properties, _, around) => {
      const secret = secretOf(around.cloud, around.region, text(properties.SecretId))
      const afterDays = Number(record(properties.RotationRules).AutomaticallyAfterDays ?? 30)
      if (secret) secret.rotation = { functionArn: text(properties.RotationLambdaARN), afterDays }
    },
    removed: (id, around) => {
      const secret = secretOf(around.cloud, around.region, id)
      if (secret) delete secret.rotation
      return 'gone'
    },
  }),
]
