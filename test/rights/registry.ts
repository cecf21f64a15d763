// Permissions that AWS's resource schemas list for the handlers of each type. Not part of the project: a copy lies beside it
// wherever `.ci/run` runs.
import { existsSync, readFileSync } from 'node:fs'

export type Handlers = Partial<Record<'create' | 'read' | 'update' | 'delete', string[]>>

const file = '../shared/data/registry-permissions.json'

/** By resource type; undefined where the copy is absent. */
export const registry = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Handlers>)
  : undefined

/** Every permission of a type, with the first letters of the handlers that have it; IAM does not look at case. */
export function permissionsOf(type: string): Map<string, string> {
  const { create, read, update, delete: remove } = registry?.[type] ?? {}
  const found = new Map<string, string>()
  for (const [letter, actions] of Object.entries({ c: create, r: read, u: update, d: remove }))
    for (const action of new Set(actions?.map((it) => it.toLowerCase())))
      found.set(action, (found.get(action) ?? '') + letter)
  return found
}

/** A permission of a schema under a name that IAM does not have, and the action that IAM asks for instead. */
export const insteadOf: { actions: string[]; by: string; source: string }[] = [
  {
    actions: ['s3:DeleteBucketEncryption'],
    by: 's3:PutEncryptionConfiguration',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html',
  },
  {
    actions: ['s3:DeleteBucketLifecycle'],
    by: 's3:PutLifecycleConfiguration',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html',
  },
  {
    actions: ['s3:DeleteBucketReplication', 's3:PutBucketReplication'],
    by: 's3:PutReplicationConfiguration',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html',
  },
]

/** What is never granted, and why. */
export const withheld = new Map([
  ['iam:deleterolepermissionsboundary', 'whoever could take a boundary off would be bounded by nothing'],
])
