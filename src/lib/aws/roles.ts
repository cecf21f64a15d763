// Service-linked roles: made by AWS on first use, which some resources do not wait for.
import { CreateServiceLinkedRoleCommand, type IAMClient } from '@aws-sdk/client-iam'

/** IAM, as far as bootstrap needs it. */
export class Roles {
  private readonly client: IAMClient
  constructor(client: IAMClient) {
    this.client = client
  }

  /** Makes the role of a service such as `replication.dynamodb.amazonaws.com`; false when it exists already. */
  async linkService(service: string): Promise<boolean> {
    try {
      await this.client.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }))
      return true
    } catch (error) {
      // IAM answers InvalidInput "Service role name … has been taken in this account".
      if (error instanceof Error && /has been taken/.test(error.message)) return false
      throw error
    }
  }
}
