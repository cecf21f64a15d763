// What the simulator must know of a resource type.
import type { Region, Value } from '../../lib/core/model.ts'
import type { Cloud, Stack } from '../state.ts'

export type Properties = Record<string, Value>

/** Where and for whom a resource is made. */
export interface Around {
  cloud: Cloud
  region: Region
  stack: Stack
  logicalId: string
  /** Tags of the stack and of the resource itself, merged. */
  tags: Record<string, string>
}

/** A resource that could not be made, changed or removed; `message` is the reason as AWS words it. */
export class Failure extends Error {
  override name = 'Failure'
}

/** One resource type: data where possible, a function only where AWS has a rule of its own. */
export interface Kind {
  type: string
  /** Its name is unique in its region or, as with IAM roles, in the whole account. */
  scope: 'region' | 'global'
  /** The property that names it; without one (or without a value) an id is made up. */
  name?: string
  /** The property that names it where AWS makes up the physical id all the same. */
  customName?: string
  /** How many characters that property may have. */
  longest?: number
  /** The property that sets apart resources with the same physical id: a stage's API, a record's set identifier. */
  within?: string
  /** Properties whose change means replacement, as the AWS documentation says; `A/B` is B inside A. */
  createOnly: string[]
  /** Replacement where it depends on more than one property. */
  isReplaced?(after: Properties, before: Properties): boolean
  /** Regions that do not have the type: a template that names it is refused there. */
  absent?: readonly Region[]
  /** The physical id, which is also what `Ref` gives. */
  physicalId(properties: Properties, around: Around): string
  /** What `Fn::GetAtt` gives. */
  attributes(properties: Properties, physicalId: string, around: Around): Record<string, Value>
  /** The ARN under which the tagging API lists it; a type without one cannot be tagged. */
  arn?(physicalId: string, region: Region): string
  /** How AWS says that the name is in use; a generic sentence by default. */
  taken?(physicalId: string): string
  /** A name that stays blocked for a while after deletion (seconds), and how AWS says so. */
  cooling?: { seconds: number; message: string }
  /** What must hold before it can be made or changed; throws Failure. */
  requires?(properties: Properties, around: Around): void
  /** What else happens when it is made or changed (a bucket appears in S3); may be called again. */
  made?(properties: Properties, physicalId: string, around: Around): void
  /** Throws Failure when it cannot be deleted now (a bucket that is not empty). */
  removable?(physicalId: string, around: Around): void
  /** What else happens when it is deleted; `keep` = stays for a while, as KMS keys do. */
  removed?(physicalId: string, around: Around): 'gone' | 'keep'
}
