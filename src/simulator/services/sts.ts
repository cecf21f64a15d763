// STS: who the caller is, and taking on a role.
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts'

import { type Answers, Refusal } from '../answer.ts'
import { sessionKey } from '../middleware.ts'
import { trusts } from '../policies.ts'
import { account } from '../state.ts'

/** Who uses the simulator: somebody who may do everything in the account. */
const administrator = `arn:aws:iam::${account}:user/simulated`

/** STS, by command. */
export const answers: Answers = {
  GetCallerIdentityCommand: () => ({ Account: account, Arn: administrator, UserId: 'AIDASIMULATED00000000' }),
  /** A missing role and one that does not trust the caller are answered alike. */
  AssumeRoleCommand: ({ RoleArn = '', RoleSessionName, DurationSeconds = 3600 }: AssumeRoleCommandInput, call) => {
    const role = RoleArn.slice(RoleArn.lastIndexOf('/') + 1)
    if (!trusts(call.cloud, role, { arn: administrator })) {
      const message = `User: ${administrator} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`
      throw new Refusal('AccessDenied', message, 403)
    }
    return {
      Credentials: {
        AccessKeyId: `${sessionKey}${role}`,
        SecretAccessKey: 'simulated',
        SessionToken: 'simulated',
        Expiration: new Date(call.now + DurationSeconds * 1000),
      },
      AssumedRoleUser: {
        AssumedRoleId: `AROASIMULATED:${RoleSessionName}`,
        Arn: `arn:aws:sts::${account}:assumed-role/${role}/${RoleSessionName}`,
      },
    }
  },
}
