// What our functions behind an HTTP API do when they are asked, by what their environment says they are: the same answers
// as the real ones in cfn/functions give, over the simulated stores.
import { Refusal, type Call } from '../answer.ts'
import { all, existing, list, record, text } from '../existing.ts'
import { runStatement } from './statements.ts'
import type { Cloud, Resource } from '../state.ts'

const type = 'AWS::Lambda::Function'

/** A function of the region by its name or ARN. */
export function functionBy(cloud: Cloud, region: string, reference = ''): Resource | undefined {
  const name = (reference.startsWith('arn:') ? reference.split(':').slice(6) : reference.split(':'))[0] ?? ''
  return existing(cloud, region, type, name)
}

/** Its reserved concurrency: what was set by hand, else what the template says. Undefined for none. */
export function concurrencyOf({ properties, state }: Resource): number | undefined {
  const set = state?.concurrency
  if (set === null) return undefined
  const value = set ?? properties.ReservedConcurrentExecutions
  return value === undefined ? undefined : Number(value)
}

export interface HttpAnswer {
  statusCode: number
  body: string
}

export const environmentOf = (one: Resource): Record<string, unknown> =>
  record(record(one.properties.Environment).Variables)

const answer = (statusCode: number, content: object): HttpAnswer => ({ statusCode, body: JSON.stringify(content) })

/** Whether the table of the region is there and takes items. */
const hasTable = (cloud: Cloud, region: string, name: string): boolean =>
  ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'].some((kind) =>
    all(cloud, kind).some(
      (table) =>
        table.physicalId === name &&
        (table.region === region || list(table.properties.Replicas).some(({ Region }) => Region === region)),
    ),
  )

/** Commits one row or item of the region, which is how a function knows that it can accept work. Throws when refused. */
function beat(call: Call, one: Resource): void {
  const { TABLE_NAME, CLUSTER_ARN_PARAMETER } = environmentOf(one)
  if (TABLE_NAME !== undefined && !hasTable(call.cloud, call.region, text(TABLE_NAME))) {
    throw new Refusal('ResourceNotFoundException', 'Requested resource not found')
  }
  if (CLUSTER_ARN_PARAMETER === undefined) return
  const parameter = existing(call.cloud, call.region, 'AWS::SSM::Parameter', text(CLUSTER_ARN_PARAMETER))
  const arn = text(parameter?.properties.Value)
  const run = (sql: string, values = {}) => runStatement(call, arn, sql, values)
  run('CREATE TABLE IF NOT EXISTS heartbeats (region VARCHAR(32) PRIMARY KEY, beaten_at VARCHAR(24) NOT NULL)')
  const upsert =
    'INSERT INTO heartbeats (region, beaten_at) VALUES (:region, :at) ON DUPLICATE KEY UPDATE beaten_at = :at'
  run(upsert, { region: call.region, at: new Date(call.now).toISOString() })
}

/**
 * What a function behind an HTTP API answers. Throws a Refusal (429) where its concurrency is 0: the API then says 503.
 */
export function answerHttp(call: Call, one: Resource, method: string, path: string, body = ''): HttpAnswer {
  requireConcurrency(one)
  const { region } = call
  const isReady = (): boolean => {
    try {
      beat(call, one)
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }
  if (method === 'GET' && path === '/health') return answer(200, { alive: true, region })
  if (method === 'GET' && path === '/ready') {
    const ready = isReady()
    return answer(ready ? 200 : 503, { ready, region })
  }
  if (method !== 'POST') return answer(404, { error: `There is no ${method} ${path}.` })
  if (!isReady()) return answer(503, { error: 'It could not be stored. Send it again with the same id.' })
  return answer(201, { id: text((JSON.parse(body || '{}') as { id?: string }).id), accepted: true, region })
}

/** Throws what Lambda says to a caller when a function may not run at all. */
export function requireConcurrency(one: Resource): void {
  if (concurrencyOf(one) === 0) throw new Refusal('TooManyRequestsException', 'Rate Exceeded.', 429)
}
