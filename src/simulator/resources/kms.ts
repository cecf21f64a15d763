// KMS keys and aliases, and the check that other types make on a key they name.
import type { Region } from '../../lib/core/model.ts'
import { define, refused, serviceError } from './define.ts'
import { existing, text } from '../existing.ts'
import { arn, fresh, parseArn, uuid } from '../identifiers.ts'
import type { Around, Kind } from './kind.ts'

const day = 86_400_000

export const kms: Kind[] = [
  define('AWS::KMS::Key', {
    id: (_, __, { cloud }) => uuid(fresh(cloud)),
    arn: (id, region) => arn('kms', region, `key/${id}`),
    attributes: (_, id, { region }) => ({ Arn: arn('kms', region, `key/${id}`), KeyId: id }),
    removed: (id, { cloud, region }) => {
      const key = existing(cloud, region, 'AWS::KMS::Key', id)
      if (key) key.pendingUntil ??= cloud.now + Number(key.properties.PendingWindowInDays ?? 30) * day
      return 'keep'
    },
  }),
  define('AWS::KMS::Alias', {
    name: 'AliasName',
    taken: (name) => `An alias with the name ${name} already exists`,
    requires: ({ TargetKeyId }, around) => requireKey(around, text(TargetKeyId)),
  }),
]

/**
 * Refuses a key that is not there, lives in another region than `region`, or waits for its deletion.
 * `reference` is a key id, a key ARN, an alias name or an alias ARN; AWS's own aliases always exist.
 */
export function requireKey(around: Around, reference: string, region: Region = around.region): void {
  if (reference === '') return
  const named = parseArn(reference)
  if (named && named.region !== region) {
    throw serviceError(around, 'Kms', 400, `Invalid arn ${named.region}`, 'NotFound')
  }
  const name = named?.resource ?? reference
  if (name.startsWith('alias/aws/')) return
  const alias = name.startsWith('alias/') ? existing(around.cloud, region, 'AWS::KMS::Alias', name) : undefined
  const id = alias ? text(alias.properties.TargetKeyId) : name
  const key = existing(around.cloud, region, 'AWS::KMS::Key', id.slice(id.lastIndexOf('/') + 1))
  if (!key) {
    const what = name.startsWith('alias/')
      ? `Alias ${arn('kms', region, name)} is not found.`
      : `Key '${arn('kms', region, `key/${id.slice(id.lastIndexOf('/') + 1)}`)}' does not exist`
    throw serviceError(around, 'Kms', 400, what, 'NotFound')
  }
  if (key.pendingUntil !== undefined) {
    throw refused(around, `${arn('kms', region, `key/${key.physicalId}`)} is pending deletion.`, 'InvalidRequest')
  }
}
