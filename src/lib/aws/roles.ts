// Roles: whether they exist, and service-linked ones, which AWS makes on first use and some resources do not wait for.
import {
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
} from '@aws-sdk/client-iam'
import type { MakeClient } from './connect.ts'

/** IAM, as far as bootstrap needs it. */
export class Roles {
  private readonly client: IAMClient
  constructor(make: MakeClient) {
    this.client = make(IAMClient)
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

  async exists(name: string): Promise<boolean> {
    try {
      await this.client.send(new GetRoleCommand({ RoleName: name }))
      return true
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('NoSuchEntity')) return false
      throw error
    }
  }

  /** Names of the managed policies of a role; undefined for a role that does not exist. */
  async policies(role: string): Promise<string[] | undefined> {
    const names: string[] = []
    try {
      for await (const page of paginateListAttachedRolePolicies({ client: this.client }, { RoleName: role }))
        names.push(...(page.AttachedPolicies ?? []).flatMap(({ PolicyName }) => PolicyName ?? []))
      return names
    } catch (error) {
      if (error instanceof Error && error.name.startsWith('NoSuchEntity')) return undefined
      throw error
    }
  }
}
