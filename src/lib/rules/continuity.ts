// Rules: what is lost can be brought back, what breaks has a second one beside it, and credentials do not grow old.
import { each, get, isMember, isTrue, listOf, resources, text, type Rule } from './rule.ts'

const databases = ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance']

export const continuity: Rule[] = [
  {
    id: 'continuity/backups',
    title: 'Databases and caches are backed up every day',
    requirements: ['REC-10', 'REC-18', 'CIT-04', 'STR-20', 'PAY-19'],
    fix: 'set BackupRetentionPeriod (databases) or SnapshotRetentionLimit (caches) to 1 or more',
    check: (context) => [
      ...each(databases, (found) =>
        isMember(found) || Number(found.properties['BackupRetentionPeriod'] ?? 0) >= 1 ? undefined : 'keeps no backups',
      )(context),
      ...each(['AWS::ElastiCache::ReplicationGroup'], ({ properties }) =>
        Number(properties['SnapshotRetentionLimit'] ?? 0) >= 1 ? undefined : 'keeps no snapshots',
      )(context),
    ],
  },
  {
    id: 'continuity/point-in-time',
    title: 'Every replica of a table can be brought back to any second',
    requirements: ['PAY-05', 'PAY-18', 'TXN-09'],
    fix: 'set PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled: true in each replica',
    check: each(['AWS::DynamoDB::GlobalTable'], ({ properties }) =>
      listOf(properties['Replicas']).flatMap((replica, index) =>
        isTrue(get(replica, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'))
          ? []
          : [{ path: ['Replicas', index], message: `replica ${index} cannot be brought back to a point in time` }],
      ),
    ),
  },
  {
    id: 'continuity/zones',
    title: 'Databases, caches and services stand in two zones or more',
    requirements: ['REC-05', 'REC-11', 'REC-15', 'STR-07', 'CIT-07', 'CIT-10', 'CIT-15'],
    fix: 'set MultiAZ (instance), AutomaticFailoverEnabled and MultiAZEnabled (cache), DesiredCount of 2 or more (service)',
    check: (context) => [
      ...each(['AWS::RDS::DBInstance'], (found) =>
        isMember(found) || isTrue(found.properties['MultiAZ']) ? undefined : 'has no standby in another zone',
      )(context),
      ...each(['AWS::ElastiCache::ReplicationGroup'], ({ properties }) =>
        isTrue(properties['AutomaticFailoverEnabled']) && isTrue(properties['MultiAZEnabled'])
          ? undefined
          : 'does not fail over to another zone',
      )(context),
      ...each(['AWS::ECS::Service'], ({ template, properties }) => {
        // Where tasks are scaled, the least number of them is what stands.
        const scaled = resources(context, 'AWS::ApplicationAutoScaling::ScalableTarget').find(
          (it) => it.template.region === template.region && it.properties['ServiceNamespace'] === 'ecs',
        )
        const least = properties['DesiredCount'] ?? scaled?.properties['MinCapacity'] ?? 1
        return Number(least) >= 2 ? undefined : 'runs a single task'
      })(context),
    ],
  },
  {
    id: 'continuity/rotation',
    title: 'The credentials of every database rotate within 30 days, at a time of their own',
    requirements: ['REC-12', 'STR-19', 'CIT-09'],
    fix: 'add a RotationSchedule with AutomaticallyAfterDays: 30 and RotateImmediatelyOnUpdate: false',
    check: (context) => {
      const schedules = resources(context, 'AWS::SecretsManager::RotationSchedule')
      return [
        ...each(['AWS::SecretsManager::RotationSchedule'], ({ properties }) => {
          const days = Number(get(properties, 'RotationRules', 'AutomaticallyAfterDays') ?? 0)
          if (!(days >= 1 && days <= 30))
            return [{ path: ['RotationRules'], message: 'does not rotate within 30 days' }]
          // A rotation at every deploy would change the password while the stack still waits for the database.
          return text(properties['RotateImmediatelyOnUpdate']) === 'false'
            ? undefined
            : [{ path: ['RotateImmediatelyOnUpdate'], message: 'rotates whenever it is deployed' }]
        })(context),
        ...each(databases, (found) =>
          !isMember(found) && found.properties['MasterUserPassword'] !== undefined && schedules.length === 0
            ? [{ path: ['MasterUserPassword'], message: 'has credentials that nothing rotates' }]
            : undefined,
        )(context),
      ]
    },
  },
]
