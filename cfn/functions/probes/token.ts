// The password of a cache's user with IAM: a request to connect, signed for some minutes as a URL and never sent.
import { createHash, createHmac } from 'node:crypto'

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

const service = 'elasticache'
const seconds = 900

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/**
 * Signature Version 4 over a URL whose host is the replication group.
 * Source: ElastiCache user guide, *Authenticating with IAM*; IAM user guide, *Create a signed AWS API request*.
 * @param now ms since 1970
 */
export function cacheToken(
  { group, user, region }: { group: string; user: string; region: string },
  { accessKeyId, secretAccessKey, sessionToken }: Keys,
  now: number,
): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = [time.slice(0, 8), region, service, 'aws4_request']
  const values: Record<string, string> = {
    Action: 'connect',
    User: user,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': [accessKeyId, ...scope].join('/'),
    'X-Amz-Date': time,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': 'host',
    ...(sessionToken !== undefined && { 'X-Amz-Security-Token': sessionToken }),
  }
  const query = Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&')
  const request = ['GET', '/', query, `host:${group}`, '', 'host', sha256('')].join('\n')
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(request)].join('\n')
  const key = scope.reduce<string | Buffer>((signed, part) => hmac(signed, part), `AWS4${secretAccessKey}`)
  return `${group}/?${query}&X-Amz-Signature=${hmac(key, text).toString('hex')}`
}
