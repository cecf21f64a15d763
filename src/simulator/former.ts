// What the tagging API goes on listing for a while although it is deleted.
import type { Cloud, Resource } from './state.ts'

const minutes = (count: number): number => count * 60_000

/** People saw instances, volumes, clusters, listeners and zones for twenty minutes to hours; no source gives a number. */
const seenLong = new Set(['ec2', 'rds', 'elasticloadbalancing', 'route53'])
const longest = minutes(60)

/** How long after its deletion a resource is still listed, virtual ms, by the service in its ARN. */
export const listedFor = (arn: string): number => (seenLong.has(arn.split(':')[2] ?? '') ? longest : minutes(10))

/** Remembers resources that go now, and forgets those that are listed no more. */
export function listOn(cloud: Cloud, gone: readonly Resource[]): void {
  const tagged = gone.filter(({ tags }) => Object.keys(tags).length > 0)
  if (tagged.length === 0) return
  const still = (cloud.former ?? []).filter(({ goneAt }) => cloud.now - goneAt < longest)
  const now = tagged.map(({ type, physicalId, region, tags }) => ({
    type,
    physicalId,
    region,
    tags,
    goneAt: cloud.now,
  }))
  cloud.former = [...still, ...now]
}
