// A good system with one thing wrong in it.

export interface Variant {
  /** Id of the only rule that must find it. */
  rule: string
  /** What is wrong, in words. */
  wrong: string
  /** File of the fixture that is changed. */
  file: string
  /** Replaces a text that stands in the file; the first is meant. */
  change?: [from: string, to: string]
  /** Adds resources at the end of the resources, indented as there. */
  add?: string
  /** A word in the message. */
  says: string | RegExp
  /** Where the finding stands, if not in `file`. */
  in?: string
  suffix?: string
  /** Other rules that see the same fault in their own way. */
  also?: string[]
  /** Another failover region. */
  failover?: string
}

const note = 'data/note.yaml'

/** A variant that adds a resource which is good but for one thing. */
export const added = (rule: string, wrong: string, says: Variant['says'], add: string): Variant => ({
  rule,
  wrong,
  file: note,
  add,
  says,
})

/** A variant that changes one line of one file. */
export const changed = (
  rule: string,
  wrong: string,
  file: string,
  from: string,
  to: string,
  says: Variant['says'],
): Variant => ({ rule, wrong, file, change: [from, to], says })

const goodDatabase = `
  DatabaseLog:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/aws/rds/instance/ledger-\${EnvironmentSuffix}/postgresql', RetentionInDays: 7, KmsKeyId: k }
  DatabaseSettings:
    Type: AWS::RDS::DBParameterGroup
    Properties:
      DBParameterGroupName: !Sub 'ledger-\${EnvironmentSuffix}'
      Family: postgres17
      Description: TLS only
      Parameters: { rds.force_ssl: '1' }
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      DBInstanceIdentifier: !Sub 'ledger-\${EnvironmentSuffix}'
      Engine: postgres
      MultiAZ: true
      StorageEncrypted: true
      KmsKeyId: k
      BackupRetentionPeriod: 1
      DeleteAutomatedBackups: true
      DBParameterGroupName: !Ref DatabaseSettings
      EnableCloudwatchLogsExports: [postgresql]
`

/** A variant that adds a database which is good but for one change. */
export function database(rule: string, wrong: string, says: Variant['says'], from: string, to: string): Variant {
  if (!goodDatabase.includes(from)) throw new Error(`the good database has no ${from}`)
  return added(
    rule,
    wrong,
    says,
    goodDatabase.replace(from, () => to),
  )
}
