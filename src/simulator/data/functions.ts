// What our functions behind an HTTP API do when they are asked, by what their environment says they are: the same answers
// as the real ones in cfn/functions give, over the simulated stores.
import { Refusal, type Call } from '../answer.ts'
import { acts } from '../rights/acts.ts'
import { keyArn, notAuthorized } from '../rights/ask.ts'
import { doingOf } from '../rights/code.ts'
import { lacking, type Values } from '../rights/row.ts'
import { all, existing, list, record, text } from '../existing.ts'
import { runStatement } from './statements.ts'
import { quotaOf, type Cloud, type Resource } from '../state.ts'

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

/** What must stay unreserved of the account's concurrency. */
const unreserved = 100

/** What Lambda says where a function may not reserve so much beside these others; undefined where it may. */
export function tooMuchReserved(
  { cloud, region }: Pick<Call, 'cloud' | 'region'>,
  others: Resource[],
  wanted: number,
): string | undefined {
  const taken = others.reduce((sum, one) => sum + (concurrencyOf(one) ?? 0), 0)
  // None reserved asks for nothing, however little the account has.
  if (wanted === 0 || taken + wanted <= quotaOf(cloud, region, 'ConcurrentExecutions', 1000) - unreserved)
    return undefined
  return (
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution " +
    `below its minimum value of [${unreserved}].`
  )
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
  const denied = deniedCode(call.cloud, one)
  if (denied !== undefined) throw new Refusal('AccessDeniedException', denied)
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
  requireRights(call.cloud, one)
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

const lambda = acts['lambda.amazonaws.com']

/** What Lambda needs to know of a function to ask for the rights of its role. */
export function functionValues(cloud: Cloud, one: Resource): Values {
  const { region, properties } = one
  const [files] = list(properties.FileSystemConfigs)
  const accessPoint = text(files?.Arn)
  const point = existing(cloud, region, 'AWS::EFS::AccessPoint', accessPoint.split('/').at(-1) ?? '')
  const fileSystem = `${accessPoint.split(':access-point/')[0]}:file-system/${text(point?.properties.FileSystemId)}`
  const environmentKey = Object.keys(environmentOf(one)).length > 0 && keyArn(cloud, region, text(properties.KmsKeyArn))
  return {
    region,
    logGroup: text(record(properties.LoggingConfig).LogGroup),
    logStream: 'any',
    ...(environmentKey && { environmentKey }),
    ...(point && { accessPoint, fileSystem }),
  }
}

/** Throws what Lambda says when it cannot open the environment of a function, or mount its files, with its role. */
export function requireRights(cloud: Cloud, one: Resource): void {
  const role = text(one.properties.Role)
  const values = functionValues(cloud, one)
  const closed = lacking(cloud, role, lambda['read its environment'], values)
  if (closed) {
    const why = notAuthorized(role, closed)
    throw new Refusal(
      'KMSAccessDeniedException',
      'Lambda was unable to decrypt the environment variables because KMS access was denied. ' +
        `Please check the function's KMS key settings. KMS Exception: AccessDeniedExceptionKMS Message: ${why}`,
      502,
    )
  }
  const unmounted = lacking(cloud, role, lambda['mount files'], values)
  if (unmounted) throw new Refusal('EFSMountFailureException', notAuthorized(role, unmounted), 400)
}

/** What our own code may not do, in IAM's words; undefined where it may do all that it does. */
export function deniedCode(cloud: Cloud, one: Resource): string | undefined {
  const doing = doingOf(cloud, one)
  const missing = doing && lacking(cloud, doing.role, doing.rows, doing.values)
  return missing && notAuthorized(doing.role, missing)
}

/** Throws what Lambda says to a caller when a function may not run at all. */
export function requireConcurrency(one: Resource): void {
  if (concurrencyOf(one) === 0) throw new Refusal('TooManyRequestsException', 'Rate Exceeded.', 429)
}
