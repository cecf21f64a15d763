// What carries certain tags in a region, whatever made it.
import { type ResourceGroupsTaggingAPIClient, paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api'

/** The tagged resources of one region. */
export class Tags {
  private readonly client: ResourceGroupsTaggingAPIClient
  constructor(client: ResourceGroupsTaggingAPIClient) {
    this.client = client
  }

  /** ARNs of resources that carry all these tags. */
  async resources(tags: Record<string, string>): Promise<string[]> {
    const TagFilters = Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] }))
    const arns: string[] = []
    for await (const page of paginateGetResources({ client: this.client }, { TagFilters }))
      for (const it of page.ResourceTagMappingList ?? []) arns.push(it.ResourceARN ?? '')
    return arns
  }
}
