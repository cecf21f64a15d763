// Connects the custom resource to Secrets Manager and Parameter Store.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  DeleteParameterCommand,
  InvalidResourceId,
  ListTagsForResourceCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { makeResource, ports } from '../answer.ts'
import { makeSecureParameter } from './handler.ts'

const secrets = new SecretsManagerClient({})
const ssm = new SSMClient({})

const Tags = [
  { Key: 'System', Value: process.env['SYSTEM'] ?? '' },
  { Key: 'EnvironmentSuffix', Value: process.env['ENVIRONMENT_SUFFIX'] ?? '' },
]

const content = (Name: string, Value: string, KeyId: string) =>
  ({ Name, Value, KeyId, Type: 'SecureString', Tier: 'Standard' }) as const

export const handler = makeResource(
  ports,
  makeSecureParameter({
    readSecret: async (SecretId) => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString,
    create: async (name, value, key) => {
      try {
        // Tags can be given only where nothing is overwritten.
        await ssm.send(new PutParameterCommand({ ...content(name, value, key), Tags }))
        return true
      } catch (error) {
        if (error instanceof ParameterAlreadyExists) return false
        throw error
      }
    },
    replace: async (name, value, key) => {
      await ssm.send(new PutParameterCommand({ ...content(name, value, key), Overwrite: true }))
    },
    isOurs: async (ResourceId) => {
      try {
        const { TagList } = await ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId }))
        return Tags.every(({ Key, Value }) => TagList?.some((tag) => tag.Key === Key && tag.Value === Value))
      } catch (error) {
        // So Systems Manager says that there is no such parameter.
        if (error instanceof InvalidResourceId) return false
        throw error
      }
    },
    remove: async (Name) => {
      try {
        await ssm.send(new DeleteParameterCommand({ Name }))
      } catch (error) {
        if (!(error instanceof ParameterNotFound)) throw error
      }
    },
  }),
)
