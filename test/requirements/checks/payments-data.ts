// Database, sessions, backups and parameters of the payments system.
import { expect } from 'vitest'
import { all, get, list, meant, one, output, peer, set, sides, text } from '../world.ts'
import { asked, type Check, type Item, type Side, type World } from '../world.ts'
import { data } from './data.ts'
import { alarms, expectOne } from './watching.ts'

const cluster = (world: World, side: Side): Item => one(world, 'AWS::RDS::DBCluster', side)
const globalName = (world: World): string => `payments-global-${world.suffix}`
const plan = (world: World): Item => one(world, 'AWS::Backup::BackupPlan')
const selection = (world: World): Item => one(world, 'AWS::Backup::BackupSelection')
const planRule = 'BackupPlan.BackupPlanRule.0'
const parameters = (world: World, side: Side): Item[] => all(world, 'AWS::SSM::Parameter', side)
const secure = (world: World, side: Side): Item => one(world, 'Custom::SecureParameter', side)
const lag = (world: World): Item =>
  expectOne(
    alarms(world, 'failover', 'AuroraGlobalDBReplicationLag', {
      DBClusterIdentifier: output(world, 'failover', 'ClusterIdentifier'),
    }),
    'the lag of the database',
  )

/** Names and classes of the members of a region's cluster. */
const members = (world: World, side: Side): Item[] =>
  all(world, 'AWS::RDS::DBInstance', side).filter((it) => cluster(world, side).is(get(it, 'DBClusterIdentifier')))

export const paymentsData: Check[] = [
  {
    ids: 'PAY-04',
    rule: 'a global database is made from the cluster of the primary region, and that of the failover region joins it',
    holds: (world) => {
      const global = one(world, 'AWS::RDS::GlobalCluster')
      expect(get(global, 'GlobalClusterIdentifier')).toBe(globalName(world))
      expect(world.outputs.GlobalClusterIdentifier).toBe(globalName(world))
      expect(global.side).toBe('primary')
      expect(cluster(world, 'primary').is(get(global, 'SourceDBClusterIdentifier'))).toBe(true)
      expect(get(cluster(world, 'failover'), 'GlobalClusterIdentifier')).toBe(globalName(world))
      for (const name of ['MasterUsername', 'MasterUserPassword', 'DatabaseName'])
        expect(get(cluster(world, 'failover'), name), name).toBeUndefined()
      for (const side of sides) {
        expect(get(cluster(world, side), 'Engine')).toBe('aurora-mysql')
        expect(get(cluster(world, side), 'EnableHttpEndpoint')).toBe(true)
        expect(get(cluster(world, side), 'KmsKeyId')).toBe(output(world, side, 'KeyArn'))
      }
    },
    breaks: (world) => set(cluster(world, 'failover'), 'GlobalClusterIdentifier', undefined),
  },
  {
    ids: 'PAY-04',
    rule: 'both sides run on db.r5.large',
    holds: (world) => {
      for (const side of sides) {
        expect(members(world, side).length).toBeGreaterThanOrEqual(1)
        for (const it of members(world, side)) expect(get(it, 'DBInstanceClass')).toBe('db.r5.large')
      }
    },
    breaks: (world) => set(members(world, 'failover')[0]!, 'DBInstanceClass', 'db.t3.medium'),
  },
  ...asked(data, 'PAY-05', 'TXN-08'),
  ...asked(data, 'PAY-05', 'TXN-10'),
  ...asked(data, 'PAY-18', 'TXN-09'),
  {
    ids: 'PAY-05',
    rule: 'sessions are in payments-sessions-<suffix>, each replica under the key of its region, and expire',
    holds: (world) => {
      const table = one(world, 'AWS::DynamoDB::GlobalTable', 'primary')
      expect(get(table, 'TimeToLiveSpecification')).toEqual({ AttributeName: 'expiresAt', Enabled: true })
      for (const [index, side] of sides.entries()) {
        expect(output(world, side, 'SessionTableName')).toBe(`payments-sessions-${world.suffix}`)
        expect(get(table, `Replicas.${index}.SSESpecification.KMSMasterKeyId`)).toBe(output(world, side, 'KeyArn'))
      }
    },
    breaks: (world) => set(one(world, 'AWS::DynamoDB::GlobalTable', 'primary'), 'TimeToLiveSpecification', undefined),
  },
  {
    ids: 'PAY-09',
    rule: 'a daily plan copies into the vault of the other region and keeps 7 days in both',
    holds: (world) => {
      expect(text(plan(world), `${planRule}.ScheduleExpression`)).toMatch(/^cron\(\d+ \d+ \* \* \? \*\)$/)
      expect(Number(get(plan(world), `${planRule}.Lifecycle.DeleteAfterDays`))).toBe(7)
      const [copy, ...more] = list(plan(world), `${planRule}.CopyActions`)
      expect(more).toEqual([])
      expect(Number(get(copy, 'Lifecycle.DeleteAfterDays'))).toBe(7)
      const vault = meant(world, 'AWS::Backup::BackupVault', get(copy, 'DestinationBackupVaultArn'))
      expect(vault.side).toBe('failover')
      for (const side of sides) {
        expect(output(world, side, 'BackupVaultName')).toBe(`payments-${world.suffix}`)
        const own = one(world, 'AWS::Backup::BackupVault', side)
        expect(get(own, 'EncryptionKeyArn')).toBe(output(world, side, 'KeyArn'))
        // A vault that holds something cannot be deleted, so something must empty it.
        expect(own.is(get(one(world, 'Custom::VaultEmptier', side), 'VaultName'))).toBe(true)
      }
      expect(plan(world).is(world.outputs.BackupPlanId)).toBe(true)
    },
    breaks: (world) => set(plan(world), `${planRule}.CopyActions`, []),
  },
  {
    ids: 'PAY-22',
    rule: 'the plan covers the database and the table',
    holds: (world) => {
      expect(plan(world).is(get(selection(world), 'BackupPlanId'))).toBe(true)
      const covered = list(selection(world), 'BackupSelection.Resources')
      expect(covered).toHaveLength(2)
      const stateful = [cluster(world, 'primary'), one(world, 'AWS::DynamoDB::GlobalTable', 'primary')]
      for (const store of stateful)
        expect(
          covered.some((arn) => store.is(arn)),
          store.name,
        ).toBe(true)
    },
    breaks: (world) => set(selection(world), 'BackupSelection.Resources.1', 'arn:aws:s3:::another'),
  },
  {
    ids: 'PAY-12',
    rule: 'both regions hold parameters of the same names, with the endpoints of their own cluster',
    holds: (world) => {
      const names = (side: Side) => parameters(world, side).map((it) => text(it, 'Name'))
      expect(names('primary').sort()).toEqual(names('failover').sort())
      for (const side of sides) {
        const prefix = output(world, side, 'ParameterPrefix')
        expect(prefix).toBe(`/payments-${world.suffix}`)
        const value = (name: string) =>
          get(one(world, 'AWS::SSM::Parameter', side, { Name: `${prefix}/database/${name}` }), 'Value')
        expect(value('writer-endpoint')).toBe(output(world, side, 'WriterEndpoint'))
        expect(value('reader-endpoint')).toBe(output(world, side, 'ReaderEndpoint'))
        expect(value('cluster-arn')).toBe(output(world, side, 'ClusterArn'))
        expect(get(secure(world, side), 'ParameterName')).toBe(`${prefix}/api-keys`)
      }
    },
    breaks: (world) => set(parameters(world, 'failover')[0]!, 'Name', '/elsewhere'),
  },
  {
    ids: 'PAY-24',
    rule: 'API keys become a SecureString under the key of the region, by a function that alone reads the secret',
    holds: (world) => {
      for (const side of sides) {
        expect(get(secure(world, side), 'KeyArn')).toBe(output(world, side, 'KeyArn'))
        expect(get(secure(world, side), 'SecretName')).toBe(`dr/payments/${world.suffix}/api-keys`)
        meant(world, 'AWS::Lambda::Function', get(secure(world, side), 'ServiceToken'), side)
        for (const it of parameters(world, side)) expect(get(it, 'Type'), it.name).toBe('String')
      }
      expect(JSON.stringify(world.items.map(({ properties }) => properties))).not.toMatch(/resolve:[^}]*api-keys/)
    },
    breaks: (world) => set(secure(world, 'failover'), 'KeyArn', output(world, 'primary', 'KeyArn')),
  },
  {
    ids: 'PAY-13',
    rule: 'a lag of more than 60 seconds is an alarm: of the database where it is published, of the table in both regions',
    holds: (world) => {
      expect(lag(world).properties).toMatchObject({ Namespace: 'AWS/RDS', ComparisonOperator: 'GreaterThanThreshold' })
      const table = { TableName: `payments-sessions-${world.suffix}` }
      const all = [
        lag(world),
        ...sides.map((side) => {
          const receiving = { ...table, ReceivingRegion: world.regions[peer(side)] }
          return expectOne(alarms(world, side, 'ReplicationLatency', receiving), 'the lag of the table')
        }),
      ]
      for (const alarm of all) {
        // Both metrics are in milliseconds.
        expect(Number(get(alarm, 'Threshold'))).toBe(60_000)
        expect(get(alarm, 'TreatMissingData')).toBe('missing')
        expect(list(alarm, 'AlarmActions')).toContain(output(world, alarm.side, 'AlertTopicArn'))
      }
    },
    breaks: (world) => set(lag(world), 'Threshold', '60'),
  },
]

/** PAY-19 as templates can promise it; three days must pass before an account can show it. */
export const rewind: Check = {
  ids: 'PAY-19',
  rule: 'each cluster can be restored to any second of the last 72 hours; none backtracks, which no global database can',
  holds: (world) => {
    for (const side of sides) {
      expect(Number(get(cluster(world, side), 'BackupRetentionPeriod'))).toBeGreaterThanOrEqual(3)
      expect(get(cluster(world, side), 'BacktrackWindow')).toBeUndefined()
    }
  },
  breaks: (world) => set(cluster(world, 'primary'), 'BackupRetentionPeriod', '1'),
}
