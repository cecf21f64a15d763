// What carries certain tags in a region, whatever made it.
import { ResourceGroupsTaggingAPIClient, paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api'
import type { MakeClient } from './connect.ts'
import { record } from './shape.ts'

export interface Tagged {
  arn: string
  tags: Record<string, string>
}

/** The tagged resources of one region. */
export class Tags {
  private readonly client: ResourceGroupsTaggingAPIClient
  constructor(make: MakeClient) {
    this.client = make(ResourceGroupsTaggingAPIClient)
  }

  /**
   * Resources that carry all these tags, each with all of its own.
   * @param type of one kind only, as the API names it: `cloudwatch:alarm`
   */
  async resources(tags: Record<string, string>, type?: string): Promise<Tagged[]> {
    const TagFilters = Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] }))
    const input = { TagFilters, ...(type !== undefined && { ResourceTypeFilters: [type] }) }
    const found: Tagged[] = []
    for await (const page of paginateGetResources({ client: this.client }, input))
      for (const it of page.ResourceTagMappingList ?? [])
        found.push({ arn: it.ResourceARN ?? '', tags: record(it.Tags, 'Key', 'Value') })
    return found
  }
}
