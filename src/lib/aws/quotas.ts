// How much of what an account may have in a region is taken: what the services themselves tell, which needs no rights on
// Service Quotas.
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DescribeAccountAttributesCommand, RDSClient } from '@aws-sdk/client-rds'
import type { MakeClient } from './connect.ts'

export interface Quota {
  used: number
  most: number
}

/** The quotas of one region. */
export class Quotas {
  private readonly lambda: LambdaClient
  private readonly rds: RDSClient
  constructor(make: MakeClient) {
    this.lambda = make(LambdaClient)
    this.rds = make(RDSClient)
  }

  /** How many invocations may run at once in all functions of the account together. */
  async concurrency(): Promise<number> {
    const { AccountLimit } = await this.lambda.send(new GetAccountSettingsCommand({}))
    return AccountLimit?.ConcurrentExecutions ?? 0
  }

  /** Database instances, Aurora's and others; undefined where RDS does not tell. */
  async instances(): Promise<Quota | undefined> {
    const { AccountQuotas = [] } = await this.rds.send(new DescribeAccountAttributesCommand({}))
    const found = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === 'DBInstances')
    return found && { used: found.Used ?? 0, most: found.Max ?? 0 }
  }
}
