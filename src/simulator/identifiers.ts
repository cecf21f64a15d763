// Ids, names and ARNs in the shapes that AWS gives them, repeatable from run to run.
import { createHash } from 'node:crypto'

import { account, type Cloud } from './state.ts'
import type { Around } from './resources/kind.ts'

const digits = (seed: string): string => createHash('sha256').update(seed).digest('hex')

/** `length` hexadecimal digits (at most 64) that follow from `seed` alone. */
export const derived = (seed: string, length: number): string => digits(seed).slice(0, length)

/** The same in capital letters and digits, as zone ids and generated names have them. */
export const derivedWord = (seed: string, length: number): string =>
  BigInt(`0x${digits(seed)}`)
    .toString(36)
    .slice(0, length)
    .toUpperCase()

/** A seed that was never used before in this cloud. */
export const fresh = (cloud: Cloud): string => `serial ${(cloud.serial += 1)}`

/** A UUID that follows from `seed` alone. */
export function uuid(seed: string): string {
  const hex = digits(seed)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

/** `<prefix>-` and 17 hexadecimal digits: the form of EC2's ids. */
export const ec2Id = (prefix: string, seed: string): string => `${prefix}-0${derived(seed, 16)}`

/** `<stack>-<logical id>-<random>`: the name that CloudFormation makes up for what the template does not name. */
export function generatedName({ cloud, stack, logicalId }: Around, limit = 64): string {
  const tail = derivedWord(fresh(cloud), 12)
  const head = `${stack.name}-${logicalId}`.slice(0, limit - tail.length - 1)
  return `${head}-${tail}`
}

/** `arn:aws:<service>:<region>:<account>:<resource>`. */
export const arn = (service: string, region: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`

/** The parts of an ARN; undefined when the text is none. */
export function parseArn(text: string): { service: string; region: string; resource: string } | undefined {
  const [start, , service, region, , ...rest] = text.split(':')
  if (start !== 'arn' || !service || region === undefined || rest.length === 0) return undefined
  return { service, region, resource: rest.join(':') }
}
