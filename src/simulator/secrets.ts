// The secrets of the account as each region sees them: its own, and replicas of others.
import type { Region } from '../lib/core/model.ts'
import type { Cloud, Secret } from './state.ts'

export const isGone = ({ now }: Cloud, { deletion }: Secret): boolean =>
  deletion !== undefined && deletion.goneAt <= now

/** Its replica in a region, once it is there. */
export const isThere = ({ now }: Cloud, { replicas }: Secret, region: Region): boolean => {
  const replica = replicas[region]
  return replica !== undefined && replica.failed !== true && replica.readyAt <= now
}

/**
 * A secret as a region sees it, its own or a replica, by name or ARN; also one that waits for its deletion.
 * Undefined when there is none.
 */
export function secretOf(cloud: Cloud, region: Region, id: string): Secret | undefined {
  return Object.values(cloud.secrets).find(
    (secret) =>
      (id === secret.name || id === arnIn(secret, region)) &&
      !isGone(cloud, secret) &&
      (secret.region === region || isThere(cloud, secret, region)),
  )
}

/** The SecretString that a region reads, by name or ARN; undefined where none can be read. */
export function secretValue(cloud: Cloud, region: Region, id: string): string | undefined {
  const secret = secretOf(cloud, region, id)
  return secret?.deletion === undefined ? secret?.value : undefined
}

/** The ARN of the secret or of its replica in a region: they differ in the region alone. */
export const arnIn = ({ arn, region: home }: Secret, region: Region): string => arn.replace(`:${home}:`, `:${region}:`)
