// What starts and watches things: state machines, schedules, Config rules, X-Ray groups.
import { define, serviceError } from './define.ts'
import { all, existing, list, others, record, text } from '../existing.ts'
import { hasRole, isTrusted } from './iam.ts'
import { arn, derivedWord, fresh, parseArn } from '../identifiers.ts'
import type { Around, Kind, Properties } from './kind.ts'
import { acts } from '../rights/acts.ts'
import { lacking } from '../rights/row.ts'
import type { Resource } from '../state.ts'

const trusts = (around: Around, role: string, service: string): boolean =>
  hasRole(around, role) &&
  [service, service.replace('.', `.${around.region}.`)].some((principal) => isTrusted(around, role, principal))

/** The definition as text or object, with a state to begin with. */
function requireDefinition({ DefinitionString, Definition }: Properties, around: Around): void {
  let definition = record(Definition)
  try {
    if (DefinitionString !== undefined) definition = record(JSON.parse(text(DefinitionString)))
  } catch {
    definition = {}
  }
  const start = text(definition.StartAt)
  if (Object.hasOwn(record(definition.States), start)) return
  const message = "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: StartAt names no state' "
  throw serviceError(around, 'AWSStepFunctions', 400, message, 'InvalidRequest')
}

/** Log groups it writes to, and the right to set up their delivery. */
function requireLogs({ LoggingConfiguration, RoleArn }: Properties, around: Around): void {
  const { Destinations, Level } = record(LoggingConfiguration)
  if (Level === undefined || Level === 'OFF') return
  for (const { CloudWatchLogsLogGroup } of list(Destinations)) {
    const group = parseArn(text(record(CloudWatchLogsLogGroup).LogGroupArn))?.resource
    const name = /^log-group:(?<name>.+):\*$/.exec(group ?? '')?.groups?.['name'] ?? ''
    const missing = lacking(around.cloud, text(RoleArn), acts['states.amazonaws.com']['deliver logs'], {})
    if (!missing && existing(around.cloud, around.region, 'AWS::Logs::LogGroup', name)) continue
    const message = 'The state machine IAM Role is not authorized to access the Log Destination'
    throw serviceError(around, 'AWSStepFunctions', 400, message, 'InvalidRequest')
  }
}

const machineArn = (name: string, region: string): string => arn('states', region, `stateMachine:${name}`)

const groupOf = ({ GroupName }: Properties): string => text(GroupName) || 'default'

export const workflows: Kind[] = [
  define('AWS::StepFunctions::StateMachine', {
    name: 'StateMachineName',
    limit: 80,
    createOnly: ['StateMachineType'],
    id: (name, _, { region }) => machineArn(name, region),
    arn: (id) => id,
    taken: (id) => `State Machine Already Exists: '${id}'`,
    attributes: (_, id) => ({ Arn: id, Name: id.split(':').at(-1) ?? '', StateMachineRevisionId: 'INITIAL' }),
    requires: (properties, around) => {
      if (!trusts(around, text(properties.RoleArn), 'states.amazonaws.com')) {
        const message =
          'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.'
        throw serviceError(around, 'AWSStepFunctions', 400, message, 'AccessDenied')
      }
      requireDefinition(properties, around)
      requireLogs(properties, around)
    },
  }),
  define('AWS::Scheduler::Schedule', {
    name: 'Name',
    within: 'GroupName',
    taken: (name) => `Schedule ${name} already exists.`,
    attributes: (properties, name, { region }) => ({
      Arn: arn('scheduler', region, `schedule/${groupOf(properties)}/${name}`),
    }),
    requires: (properties, around) => {
      const group = groupOf(properties)
      if (group !== 'default' && !existing(around.cloud, around.region, 'AWS::Scheduler::ScheduleGroup', group)) {
        throw serviceError(around, 'Scheduler', 404, `Schedule group ${group} does not exist.`, 'NotFound')
      }
      if (trusts(around, text(record(properties.Target).RoleArn), 'scheduler.amazonaws.com')) return
      const message = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.'
      throw serviceError(around, 'Scheduler', 400, message, 'InvalidRequest')
    },
  }),
  define('AWS::Scheduler::ScheduleGroup', {
    name: 'Name',
    arn: (name, region) => arn('scheduler', region, `schedule-group/${name}`),
    attributes: (_, name, { region }) => ({ Arn: arn('scheduler', region, `schedule-group/${name}`), State: 'ACTIVE' }),
    // Its schedules go with it, whoever made them.
    removed: (name, { cloud, region }) => {
      const isInside = (one: Resource): boolean => one.region === region && groupOf(one.properties) === name
      for (const [key, one] of Object.entries(cloud.resources))
        if (one.type === 'AWS::Scheduler::Schedule' && isInside(one)) delete cloud.resources[key]
      return 'gone'
    },
  }),
  define('AWS::Config::ConfigRule', {
    name: 'ConfigRuleName',
    attributes: (_, name, { region }) => {
      const id = `config-rule-${derivedWord(name + region, 6).toLowerCase()}`
      return {
        Arn: arn('config', region, `config-rule/${id}`),
        ConfigRuleId: id,
        'Compliance.Type': 'INSUFFICIENT_DATA',
      }
    },
    requires: ({ Source }, around) => {
      // Recorders are nobody's business here: an account has one or not.
      const hasRecorder = all(around.cloud, 'AWS::Config::ConfigurationRecorder', around.region).length > 0
      if (hasRecorder || record(Source).Owner === 'CUSTOM_LAMBDA') return
      const message = 'You must create a configuration recorder before you can create or update a Config rule.'
      throw serviceError(around, 'AmazonConfig', 400, message, 'InvalidRequest')
    },
  }),
  define('AWS::XRay::Group', {
    id: (_, { GroupName }, { cloud, region }) =>
      arn('xray', region, `group/${text(GroupName)}/${derivedWord(fresh(cloud), 26)}`),
    arn: (id) => id,
    attributes: (_, id) => ({ GroupARN: id }),
    requires: ({ GroupName }, around) => {
      const twin = others(around, 'AWS::XRay::Group').some(({ properties }) => properties.GroupName === GroupName)
      if (!twin) return
      throw serviceError(around, 'XRay', 400, `A group with name ${text(GroupName)} already exists.`, 'AlreadyExists')
    },
  }),
]
