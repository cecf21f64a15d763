// What RDS checks of the settings beside the database itself: windows, exported logs, monitoring.
import { texts, text } from '../existing.ts'
import { hasRole, isTrusted } from './iam.ts'
import type { Around, Properties } from './kind.ts'
import { invalid } from './rds-checks.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const [day, week] = [1440, 7 * 1440]

/** Minutes since midnight, or since Monday's when a day is named. */
const minutes = (time: string): number => {
  const [, name = '', hours, rest] = /^(?:(\w{3}):)?(\d\d):(\d\d)$/.exec(time.toLowerCase()) ?? []
  return Math.max(0, days.indexOf(name)) * day + Number(hours) * 60 + Number(rest)
}

/** Begin and length of a window in minutes; it may go on over midnight or the end of the week. */
function span(window: string, around: number): [begin: number, length: number] {
  const match = /^((?:\w{3}:)?\d\d:\d\d)-((?:\w{3}:)?\d\d:\d\d)$/.exec(window)
  const [begin, end] = [minutes(match?.[1] ?? ''), minutes(match?.[2] ?? '')]
  return [begin, (end - begin + around) % around]
}

/** The daily backup and the weekly maintenance take half an hour at least, and leave each other alone. */
function requireWindows({ PreferredBackupWindow, PreferredMaintenanceWindow }: Properties, around: Around): void {
  const [backup, maintenance] = [text(PreferredBackupWindow), text(PreferredMaintenanceWindow)]
  const spans: [name: string, window: string, around: number][] = [
    ['backup', backup, day],
    ['maintenance', maintenance, week],
  ]
  for (const [name, window, over] of spans) {
    if (window === '' || span(window, over)[1] >= 30) continue
    throw invalid(around, `The ${name} window must be at least 30 minutes: ${window}`)
  }
  if (backup === '' || maintenance === '') return
  const [begin, length] = span(backup, day)
  const [from, lasts] = span(maintenance, week)
  for (let start = begin - day; start < from + lasts; start += day) {
    if (start < from + lasts && from < start + length) {
      throw invalid(around, 'The backup window and maintenance window must not overlap.')
    }
  }
}

/** What each engine can write to CloudWatch Logs. */
const logTypes: Record<string, string[]> = {
  'aurora-mysql': ['audit', 'error', 'general', 'slowquery', 'instance', 'iam-db-auth-error'],
  'aurora-postgresql': ['postgresql', 'instance', 'iam-db-auth-error'],
  mysql: ['audit', 'error', 'general', 'slowquery', 'iam-db-auth-error'],
  postgres: ['postgresql', 'upgrade', 'iam-db-auth-error'],
}

function requireLogs({ EnableCloudwatchLogsExports, Engine, EngineVersion }: Properties, around: Around): void {
  const known = logTypes[text(Engine)] ?? []
  const wrong = texts(EnableCloudwatchLogsExports).filter((type) => !known.includes(type))
  if (wrong.length === 0) return
  const named = wrong.map((type) => `'${type}'`).join(', ')
  throw invalid(
    around,
    `You cannot use the log types ${named} with engine version ${text(Engine)} ${text(EngineVersion)}. ` +
      'For supported log types, see the documentation.',
  )
}

function requireMonitoring({ MonitoringInterval, MonitoringRoleArn }: Properties, around: Around): void {
  if (Number(MonitoringInterval ?? 0) === 0) return
  const role = text(MonitoringRoleArn)
  if (role === '') {
    const message = 'A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.'
    throw invalid(around, message)
  }
  if (hasRole(around, role) && isTrusted(around, role, 'monitoring.rds.amazonaws.com')) return
  const what = 'IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING'
  throw invalid(around, what)
}

/** All of them; of an instance of a cluster, what it has for itself. */
export function requireSettings(properties: Properties, around: Around): void {
  requireWindows(properties, around)
  requireLogs(properties, around)
  requireMonitoring(properties, around)
}
