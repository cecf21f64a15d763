// Databases of RDS as checks look at them: with storage of their own, and with the settings of their parameter group.
import { all, get, meant, text, texts, type Item, type Properties, type World } from './world.ts'

const isCluster = ({ type }: Item): boolean => type === 'AWS::RDS::DBCluster'

/** Clusters, and instances that are no member of one: only these have storage, settings and backups of their own. */
export const databases = (world: World): Item[] => [
  ...all(world, 'AWS::RDS::DBCluster'),
  ...all(world, 'AWS::RDS::DBInstance').filter((it) => get(it, 'DBClusterIdentifier') === undefined),
]

/** The parameters that a database runs with. */
export function settingsOf(world: World, database: Item): Properties {
  const kind = isCluster(database) ? 'DBClusterParameterGroup' : 'DBParameterGroup'
  const group = meant(world, `AWS::RDS::${kind}`, get(database, `${kind}Name`), database.side)
  return (get(group, 'Parameters') ?? {}) as Properties
}

/** Names of the log groups that a database exports to. */
export function logGroupsOf(database: Item): string[] {
  const kind = isCluster(database) ? 'cluster' : 'instance'
  const name = text(database, isCluster(database) ? 'DBClusterIdentifier' : 'DBInstanceIdentifier')
  return texts(database, 'EnableCloudwatchLogsExports').map((log) => `/aws/rds/${kind}/${name}/${log}`)
}
