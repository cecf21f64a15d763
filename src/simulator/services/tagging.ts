// Resource Groups Tagging API: what carries certain tags in a region. Global resources answer in us-east-1.
import { type GetResourcesCommandInput, InvalidParameterException } from '@aws-sdk/client-resource-groups-tagging-api'

import type { Answers, Call } from '../answer.ts'
import { isExpired } from '../existing.ts'
import { isKnown, kindOf } from '../resources/lifecycle.ts'
import { page } from './pages.ts'
import { said } from '../said.ts'
import { arnIn } from '../secrets.ts'

interface Tagged {
  arn: string
  tags: Record<string, string>
}

/** Everything taggable that this region's endpoint knows, keys that wait for their deletion included. */
function tagged({ cloud, region }: Call): Tagged[] {
  const resources = Object.values(cloud.resources)
    .filter((one) => one.region === region || (one.region === 'global' && region === 'us-east-1'))
    .filter((one) => !isExpired(cloud, one) && isKnown(one.type))
    .map(({ type, physicalId, tags }) => ({ arn: kindOf(type).arn?.(physicalId, region) ?? '', tags }))
  const stacks = Object.values(cloud.stacks)
    .filter((stack) => stack.region === region && stack.status !== 'DELETE_COMPLETE')
    .map(({ id, tags }) => ({ arn: id, tags }))
  // Whether a secret that waits for its deletion is still listed is not documented.
  const secrets = Object.values(cloud.secrets)
    .filter((it) => it.deletion === undefined && (it.region === region || it.replicas[region] !== undefined))
    .map((it) => ({ arn: arnIn(it, region), tags: it.tags }))
  return [...resources, ...stacks, ...secrets].filter(({ arn, tags }) => arn !== '' && Object.keys(tags).length > 0)
}

/** `cloudwatch:alarm`: the service and the first word of what it names. */
const typeOf = (arn: string): string => {
  const [, , service, , , resource] = arn.split(':')
  return `${service}:${resource?.split('/')[0]}`
}

/** The tagging API, by command. */
export const answers: Answers = {
  GetResourcesCommand: (input: GetResourcesCommandInput, call: Call) => {
    const { TagFilters = [], ResourcesPerPage: size = 100, PaginationToken: token, ResourceTypeFilters } = input
    const strange = ResourceTypeFilters?.find((type) => !/^[\w-]+:[\w-]+$/.test(type))
    if (strange !== undefined) {
      throw new InvalidParameterException(said(`the simulated tagging API filters by service:type, not by ${strange}`))
    }
    const found = tagged(call)
      .filter(({ arn }) => ResourceTypeFilters?.includes(typeOf(arn)) ?? true)
      .filter(({ tags }) =>
        TagFilters.every(({ Key: key = '', Values: values = [] }) => {
          const value = tags[key]
          return value !== undefined && (values.length === 0 || values.includes(value))
        }),
      )
      .sort((a, b) => (a.arn < b.arn ? -1 : 1))
    const { items, next } = page(found, size, token === '' ? undefined : token)
    return {
      // The last page carries an empty token.
      PaginationToken: next ?? '',
      ResourceTagMappingList: items.map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    }
  },
}
