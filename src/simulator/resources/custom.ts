// Custom resources: what their functions would answer. The functions of dr's own templates are not run here; what
// they do to the account is told below, by type.
import type { Value } from '../../lib/core/model.ts'
import type { Cloud } from '../state.ts'
import { define, serviceError } from './define.ts'
import { all, existing, text } from '../existing.ts'
import { arn, derivedWord, fresh, parseArn, uuid } from '../identifiers.ts'
import { type Around, Failure, type Kind, type Properties } from './kind.ts'
import { secretValue } from '../secrets.ts'
import { deniedCode } from '../data/functions.ts'

const customType = 'AWS::CloudFormation::CustomResource'

/** `Custom::Anything` is a custom resource too. */
export const isCustom = (type: string): boolean => type === customType || /^Custom::[\w@-]{1,60}$/.test(type)

/** What a function does, and how it names the result. */
interface Outcome {
  id(properties: Properties): string
  /** Throws Failure for what the function answers with FAILED. */
  check?(properties: Properties, around: Around): void
  made?(properties: Properties, around: Around): void
  removed?(id: string, around: Around): void
}

/** How CloudFormation passes on that a function answered FAILED. */
const answered = ({ cloud }: Around, message: string): Failure =>
  new Failure(
    'Received response status [FAILED] from custom resource. ' +
      `Message returned: ${message} (RequestId: ${uuid(fresh(cloud))})`,
  )

const parameter = 'AWS::SSM::Parameter'
const recoveryPoint = 'AWS::Backup::RecoveryPoint'

const outcomes: Record<string, Outcome> = {
  /** Copies a secret into a SecureString parameter, which it touches only if it made it. */
  'Custom::SecureParameter': {
    id: ({ ParameterName }) => text(ParameterName) || 'unnamed',
    check: ({ SecretName, ParameterName }, around) => {
      if (secretValue(around.cloud, around.region, text(SecretName)) === undefined) {
        throw answered(around, "ResourceNotFoundException: Secrets Manager can't find the specified secret.")
      }
      const other = existing(around.cloud, around.region, parameter, text(ParameterName))
      if (other && other.properties.Type !== 'SecureString') {
        throw answered(around, `Error: ${text(ParameterName)} exists and belongs to someone else.`)
      }
    },
    made: ({ ParameterName }, { cloud, region, tags }) => {
      const name = text(ParameterName)
      cloud.resources[`${region}|${parameter}|${name}`] = {
        type: parameter,
        physicalId: name,
        region,
        // The value is not kept: nothing of a secret lies in the simulated account.
        properties: { Name: name, Type: 'SecureString' },
        attributes: {},
        tags,
        createdAt: cloud.now,
      }
    },
    removed: (id, { cloud, region }) => {
      delete cloud.resources[`${region}|${parameter}|${id}`]
    },
  },
  /** Does nothing until it is deleted: then the vault is empty. */
  'Custom::VaultEmptier': {
    id: ({ VaultName }) => text(VaultName) || 'unnamed',
    removed: (id, { cloud, region }) => {
      for (const point of all(cloud, recoveryPoint, region)) {
        if (point.properties.BackupVaultName !== id) continue
        const key = Object.keys(cloud.resources).find((one) => cloud.resources[one] === point)
        if (key !== undefined) delete cloud.resources[key]
      }
    },
  },
  /** Does nothing until it is deleted: then the cluster has no readers but those of templates. */
  'Custom::ReaderRemover': {
    id: ({ ClusterIdentifier }) => text(ClusterIdentifier) || 'unnamed',
    removed: (id, { cloud, region }) => {
      for (const instance of all(cloud, 'AWS::RDS::DBInstance', region)) {
        const isAdded = instance.physicalId.startsWith('application-autoscaling-')
        if (!isAdded || instance.properties.DBClusterIdentifier !== id) continue
        const key = Object.keys(cloud.resources).find((one) => cloud.resources[one] === instance)
        if (key !== undefined) delete cloud.resources[key]
      }
    },
  },
}

/** CloudFormation calls the function for creation, change and deletion alike. */
function requireFunction(token: Value | undefined, around: Around): void {
  const named = parseArn(text(token))
  const name = named?.resource.replace(/^function:/, '').split(':')[0] ?? ''
  if (named?.service !== 'lambda' || named.region !== around.region) {
    throw new Failure(`Invalid service token: ${text(token)}`)
  }
  if (existing(around.cloud, around.region, 'AWS::Lambda::Function', name)) return
  const message = `Function not found: ${arn('lambda', around.region, `function:${name}`)}`
  throw serviceError(around, 'Lambda', 404, message, 'NotFound')
}

/** The function fails where its role lacks what its code does at any time: stricter than AWS, where each time needs its part. */
function requireRights(type: string, properties: Properties, around: Around): void {
  const { cloud, region } = around
  const one = { type, physicalId: '', region, properties, attributes: {}, tags: {}, createdAt: cloud.now }
  const denied = deniedCode(cloud, one)
  if (denied !== undefined) throw answered(around, `AccessDeniedException: ${denied}`)
}

/** Seconds that a custom resource may take; an hour by default. */
export const timeoutOf = ({ ServiceTimeout }: Properties): number =>
  ServiceTimeout === undefined ? 3600 : Number(text(ServiceTimeout))

/** How CloudFormation says that the function did not answer in that time. */
export const noAnswer = (cloud: Cloud): string =>
  'CloudFormation did not receive a response from your Custom Resource. ' +
  `Please check your logs for requestId [${uuid(fresh(cloud))}]. ` +
  'If you are using the Python cfn-response module, you may need to update your Lambda function code so that ' +
  'CloudFormation can attach the updated version.'

/** The kind of a custom resource, whatever its type is called. */
export function customKind(type: string): Kind {
  const outcome = outcomes[type]
  return define(type, {
    createOnly: ['ServiceToken'],
    isReplaced: (after, before) => outcome !== undefined && outcome.id(after) !== outcome.id(before),
    id: (_, properties, { cloud, stack, logicalId }) =>
      outcome?.id(properties) ?? `${stack.name}_${logicalId}_${derivedWord(fresh(cloud), 8)}`,
    requires: (properties, around) => {
      requireFunction(properties.ServiceToken, around)
      const timeout = timeoutOf(properties)
      if (!(timeout >= 1 && timeout <= 3600)) throw new Failure('ServiceTimeout must be from 1 to 3600 seconds')
      requireRights(type, properties, around)
      outcome?.check?.(properties, around)
    },
    made: (properties, _, around) => outcome?.made?.(properties, around),
    removable: (id, around) => {
      const own = existing(around.cloud, around.region, type, id)
      requireFunction(own?.properties.ServiceToken, around)
      if (own) requireRights(type, own.properties, around)
    },
    removed: (id, around) => {
      outcome?.removed?.(id, around)
      return 'gone'
    },
  })
}
