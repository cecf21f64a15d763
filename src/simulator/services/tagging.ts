// Resource Groups Tagging API: what carries certain tags in a region. Global resources answer in us-east-1.
import { type GetResourcesCommandInput, InvalidParameterException } from '@aws-sdk/client-resource-groups-tagging-api'

import type { Answers, Call } from '../answer.ts'
import type { Region } from '../../lib/core/model.ts'
import { isExpired } from '../existing.ts'
import { listedFor } from '../former.ts'
import { isKnown, kindOf } from '../resources/lifecycle.ts'
import { page } from './pages.ts'
import { said } from '../said.ts'
import { arnIn } from '../secrets.ts'
import type { Resource } from '../state.ts'

interface Tagged {
  arn: string
  tags: Record<string, string>
}

/** Everything taggable that this region's endpoint knows, keys that wait for their deletion included. */
function tagged(call: Call): Tagged[] {
  const { cloud, region } = call
  const resources = Object.values(cloud.resources)
    .filter((one) => isHere(one, region) && !isExpired(cloud, one) && isKnown(one.type))
    .map((one) => taggedAs(one, region))
  const stacks = Object.values(cloud.stacks)
    .filter((stack) => stack.region === region && stack.status !== 'DELETE_COMPLETE')
    .map(({ id, tags }) => ({ arn: id, tags }))
  // A secret that waits for its deletion is listed too, which is the stricter reading.
  const secrets = Object.values(cloud.secrets)
    .filter((it) => it.region === region || it.replicas[region] !== undefined)
    .filter(({ arn, deletion }) => deletion === undefined || cloud.now - deletion.goneAt < listedFor(arn))
    .map((it) => ({ arn: arnIn(it, region), tags: it.tags }))
  const present = [...resources, ...stacks, ...secrets]
  const arns = new Set(present.map(({ arn }) => arn))
  const former = formerly(call).filter(({ arn }) => !arns.has(arn))
  return [...present, ...former].filter(({ arn, tags }) => arn !== '' && Object.keys(tags).length > 0)
}

const isHere = (one: { region: string }, region: Region): boolean =>
  one.region === region || (one.region === 'global' && region === 'us-east-1')

const taggedAs = (
  { type, physicalId, tags }: Pick<Resource, 'type' | 'physicalId' | 'tags'>,
  region: Region,
): Tagged => ({ arn: kindOf(type).arn?.(physicalId, region) ?? '', tags })

/** What is deleted and still listed, once by ARN and as it was last. */
function formerly({ cloud, region }: Call): Tagged[] {
  const resources = (cloud.former ?? [])
    .filter((one) => isHere(one, region) && isKnown(one.type))
    .map((one) => ({ ...taggedAs(one, region), goneAt: one.goneAt }))
  const stacks = Object.values(cloud.stacks)
    .filter((stack) => stack.region === region && stack.status === 'DELETE_COMPLETE')
    .map(({ id, tags, deletedAt = -Infinity }) => ({ arn: id, tags, goneAt: deletedAt }))
  const listed = [...resources, ...stacks].filter(({ arn, goneAt }) => cloud.now - goneAt < listedFor(arn))
  return [...new Map(listed.map(({ arn, tags }) => [arn, { arn, tags }])).values()]
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
