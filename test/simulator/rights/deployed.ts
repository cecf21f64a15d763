// Each system with everything on that is off by default and needs a role, under keys of the customer.
import type { Cloud } from '../../../src/simulator/state.ts'
import { firstLife, outputs } from '../../systems/lifetime.ts'

export const systems = ['transactions', 'payments', 'records', 'streaming', 'citizen']

/** Parameters by system: what is optional, and an image of the account's own. */
const optional: Record<string, string[]> = {
  transactions: ['EnableBackup=true'],
  payments: ['AutomaticPromotion=true', 'FailoverWorkflow=true', 'Tracing=true'],
  streaming: ['Image=000000000000.dkr.ecr.eu-central-1.amazonaws.com/own/service:1'],
}

/** The account after a first deploy; its secrets lie under keys of the customer, which asks for more rights. */
export async function withEverything(system: string): Promise<Cloud> {
  const { simulator } = await firstLife(system, { parameter: optional[system] ?? [] })
  const cloud = simulator.inspect()
  for (const secret of Object.values(cloud.secrets)) {
    secret.kmsKeyId = customerKey(secret.region)
    for (const [region, replica] of Object.entries(secret.replicas)) replica.kmsKeyId = customerKey(region)
  }
  return cloud
}

const customerKey = (region: string): string => `arn:aws:kms:${region}:000000000000:key/customer`

export { outputs }
