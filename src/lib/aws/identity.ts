// Who we are at AWS.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'
import { notEnabled, optIn } from './opt-in.ts'

/** Makes the client of a region. */
type Clients = (Client: typeof STSClient, region: Region) => STSClient

/**
 * The account and partition behind the credentials, as the region `home` knows them.
 * @throws DrError exit 3: no credentials, expired or refused ones, a region that is not switched on
 */
export async function identity(clients: Clients, home: Region): Promise<{ account: string; partition: string }> {
  try {
    const answer = await clients(STSClient, home).send(new GetCallerIdentityCommand({}))
    return { account: answer.Account ?? '', partition: answer.Arn?.split(':')[1] ?? 'aws' }
  } catch (error) {
    if (isStranger(error) && optIn.has(home) && (await isEnabled(clients, always))) throw notEnabled(home)
    throw refused(error)
  }
}

/** Every account has it. */
const always = 'us-east-1'

/** A region that is not switched on knows nobody: it takes good credentials for wrong ones. */
const isStranger = (error: unknown): boolean =>
  error instanceof Error && ['InvalidClientTokenId', 'UnrecognizedClientException', 'AuthFailure'].includes(error.name)

/** Whether the account uses the region; only those are asked that can be switched off. */
export async function isEnabled(clients: Clients, region: Region): Promise<boolean> {
  if (!optIn.has(region) && region !== always) return true
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
