// One SQL statement on a cluster, with what a writer, a follower and an outage answer.
import { Refusal, type Call } from '../answer.ts'
import { clusterOf, cutAt, isFollower, storeOf, takesWrites } from './databases.ts'
import { execute, type Result, SqlError, type SqlValue } from './sql.ts'

/** One statement on a cluster, as the Data API does it. Throws what the API says. */
export function runStatement(
  call: Call,
  clusterArn: string,
  sql: string,
  parameters: Record<string, SqlValue>,
): Result {
  const { cloud, region, now } = call
  const cluster = clusterArn.split(':')[3] === region ? clusterOf(cloud, region, clusterArn) : undefined
  if (!cluster) throw new Refusal('BadRequestException', `Cluster ${clusterArn} is not found in this Region.`)
  if (String(cluster.properties.EnableHttpEndpoint) !== 'true') {
    throw new Refusal('HttpEndpointNotEnabledException', `HttpEndpoint is not enabled for resource ${clusterArn}`)
  }
  if (isFollower(cloud, cluster)) {
    // Aurora User Guide, limitations of the Data API: no calls to secondary clusters. Its words are not known [?].
    throw new Refusal('BadRequestException', `HttpEndpoint is not available on the secondary cluster ${clusterArn}`)
  }
  const cut = cutAt(cloud, cluster, now)
  if (!cut && !takesWrites(cloud, cluster, now)) {
    throw new Refusal('DatabaseUnavailableException', 'The writer instance in the DB cluster is not available.', 504)
  }
  const broken = (): Refusal =>
    new Refusal('InternalServerErrorException', 'The connection was closed before there was an answer.', 500)
  if (cut === 'lost') throw broken()
  const result = carriedOut(() => execute(storeOf(cloud, cluster), sql, parameters, now))
  if (cut) throw broken()
  return result
}

function carriedOut<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof SqlError) throw new Refusal('DatabaseErrorException', `Database error: ${error.message}`)
    throw error
  }
}
