// The log groups that databases write into; a group that is missing is made by the writer, without tags or key.
import { existing, texts } from '../existing.ts'
import { arn } from '../identifiers.ts'
import type { Around, Properties } from './kind.ts'

const type = 'AWS::Logs::LogGroup'

/** Everything a database exports is in `/aws/rds/<instance or cluster>/<id>/<log>`: RDS makes the group if need be. */
export function exportLogs(
  { cloud, region }: Around,
  what: 'instance' | 'cluster',
  id: string,
  { EnableCloudwatchLogsExports }: Properties,
): void {
  for (const log of texts(EnableCloudwatchLogsExports)) {
    const name = `/aws/rds/${what}/${id}/${log}`
    if (existing(cloud, region, type, name)) continue
    cloud.resources[`${region}|${type}|${name}`] = {
      type,
      physicalId: name,
      region,
      properties: {},
      attributes: { Arn: arn('logs', region, `log-group:${name}:*`) },
      tags: {},
      createdAt: cloud.now,
    }
  }
}
