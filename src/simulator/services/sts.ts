// STS: who the caller is.
import type { Answers } from '../answer.ts'
import { account } from '../state.ts'

/** STS, by command. */
export const answers: Answers = {
  GetCallerIdentityCommand: () => ({
    Account: account,
    Arn: `arn:aws:iam::${account}:user/simulated`,
    UserId: 'AIDASIMULATED00000000',
  }),
}
