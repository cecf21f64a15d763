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

function refused(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const options = { cause: error }
  if (/^Expired|ExpiredToken|TokenRefreshRequired/.test(error.name) || /expired/i.test(error.message))
    return new DrError(
      'CredentialsExpired',
      3,
      'the AWS credentials have expired; nothing was changed',
      'sign in again (aws sso login, or your usual way) and repeat the command',
      options,
    )
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
