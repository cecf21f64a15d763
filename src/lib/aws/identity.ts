// Who we are at AWS.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { DrError } from '../errors.ts'

/** The account and partition behind the credentials. */
export async function identity(
  client: (Client: typeof STSClient) => STSClient,
): Promise<{ account: string; partition: string }> {
  try {
    const answer = await client(STSClient).send(new GetCallerIdentityCommand({}))
    return { account: answer.Account ?? '', partition: answer.Arn?.split(':')[1] ?? 'aws' }
  } catch (error) {
    throw refused(error)
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
