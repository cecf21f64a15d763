// Who we are at AWS.
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'
import { isOptIn, notEnabled } from './opt-in.ts'

/** Makes the client of a region. */
type Clients = (Client: typeof STSClient, region: Region) => STSClient

export interface Identity {
  account: string
  partition: string
  /** As STS names it: of a role, its session. */
  caller: string
}

/**
 * The account, partition and ARN behind the credentials, as the region `home` knows them.
 * @throws DrError exit 3: no credentials, expired or refused ones, a region that is not switched on
 */
export async function identity(clients: Clients, home: Region): Promise<Identity> {
  try {
    const answer = await clients(STSClient, home).send(new GetCallerIdentityCommand({}))
    const { Account: account = '', Arn: caller = '' } = answer
    return { account, partition: caller.split(':')[1] ?? 'aws', caller }
  } catch (error) {
    if (isStranger(error) && isOptIn(home) && (await isEnabled(clients, always))) throw notEnabled(home)
    throw refused(error)
  }
}

export interface Session {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  expiration: Date
}

/** Credentials of a role, from the STS of the region where they are used: another one may be the region that is gone. */
export async function sessionOf(clients: Clients, region: Region, role: string): Promise<Session> {
  const asked = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'dr' })
  const { Credentials: it } = await clients(STSClient, region).send(asked)
  return {
    accessKeyId: it?.AccessKeyId ?? '',
    secretAccessKey: it?.SecretAccessKey ?? '',
    sessionToken: it?.SessionToken ?? '',
    expiration: it?.Expiration ?? new Date(0),
  }
}

/** Every account has it. */
const always = 'us-east-1'

/** A region that is not switched on knows nobody: it takes good credentials for wrong ones. */
const isStranger = (error: unknown): boolean =>
  error instanceof Error && ['InvalidClientTokenId', 'UnrecognizedClientException', 'AuthFailure'].includes(error.name)

/** Whether the account uses the region; only those are asked that can be switched off. */
export async function isEnabled(clients: Clients, region: Region): Promise<boolean> {
  if (!isOptIn(region) && region !== always) return true
  try {
    await clients(STSClient, region).send(new GetCallerIdentityCommand({}))
    return true
  } catch (error) {
    if (isStranger(error)) return false
    throw error
  }
}

/** The same error, or the one for credentials that expired: before anything was changed, or midway. */
export function unexpired(error: unknown, changed: boolean): unknown {
  if (!(error instanceof Error) || error instanceof DrError) return error
  const expired =
    /^Expired|ExpiredToken|TokenRefreshRequired/.test(error.name) || /token.* expired/i.test(error.message)
  if (!expired) return error
  return changed
    ? new DrError(
        'CredentialsExpired',
        5,
        'the AWS credentials expired midway; what was begun goes on at AWS',
        'sign in again and repeat the command: it goes on where this run stopped',
        { cause: error },
      )
    : new DrError(
        'CredentialsExpired',
        3,
        'the AWS credentials have expired; nothing was changed',
        'sign in again (aws sso login, or your usual way) and repeat the command',
        { cause: error },
      )
}

function refused(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DrError) return error
  const options = { cause: error }
  if (/Credentials|TokenProvider|Profile/.test(error.name) || /credentials/i.test(error.message))
    return new DrError(
      'NoCredentials',
      3,
      'no AWS credentials were found; nothing was changed',
      'set AWS_PROFILE, give --profile, or try without AWS: --local',
      options,
    )
  if (
    ['InvalidClientTokenId', 'SignatureDoesNotMatch', 'AccessDenied', 'UnrecognizedClientException'].includes(
      error.name,
    )
  )
    return new DrError(
      'CredentialsRefused',
      3,
      `AWS does not accept the credentials (${error.name}); nothing was changed`,
      'check the profile with: aws sts get-caller-identity',
      options,
    )
  return error
}
