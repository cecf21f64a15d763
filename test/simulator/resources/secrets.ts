// Secrets in a simulated account, as somebody made them before the stacks.
import type { Cloud, Secret } from '../../../src/simulator/state.ts'

/** Puts a secret into a region, with replicas that are there already. */
export function putSecret(cloud: Cloud, region: string, name: string, value: unknown, ...replicas: string[]): Secret {
  const secret: Secret = {
    name,
    region,
    arn: `arn:aws:secretsmanager:${region}:000000000000:secret:${name}-abcdef`,
    createdAt: cloud.now,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    versionId: '1',
    tags: {},
    replicas: Object.fromEntries(replicas.map((to) => [to, { readyAt: cloud.now }])),
  }
  cloud.secrets[`${region}|${name}`] = secret
  return secret
}
