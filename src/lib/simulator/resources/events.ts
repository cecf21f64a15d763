// EventBridge buses and rules, Systems Manager parameters and documents.
import { define, refused, serviceError } from './define.ts'
import { all, existing, text } from './existing.ts'
import { arn } from './identifiers.ts'
import type { Around, Kind } from './kind.ts'

/** The name of a bus, given by name or ARN; undefined means the default bus. */
const busOf = (bus: unknown): string => (bus === undefined ? 'default' : text(bus).replace(/^arn:.*:event-bus\//, ''))

function requireBus(around: Around, bus: unknown): void {
  const name = busOf(bus)
  if (name === 'default' || existing(around.cloud, around.region, 'AWS::Events::EventBus', name)) return
  throw serviceError(around, 'EventBridge', 400, `Event bus ${name} does not exist.`, 'NotFound')
}

const ruleArn = (id: string, region: string): string => arn('events', region, `rule/${id.replace('|', '/')}`)

export const events: Kind[] = [
  define('AWS::Events::EventBus', {
    name: 'Name',
    arn: (name, region) => arn('events', region, `event-bus/${name}`),
    taken: (name) => `Event bus ${name} already exists.`,
    attributes: ({ Policy }, name, { region }) => ({
      Arn: arn('events', region, `event-bus/${name}`),
      Name: name,
      Policy: Policy ?? '',
    }),
    removable: (name, around) => {
      const rules = all(around.cloud, 'AWS::Events::Rule', around.region)
      if (!rules.some(({ properties }) => busOf(properties.EventBusName) === name)) return
      const message = `Event bus ${name} can't be deleted since it has rules.`
      throw serviceError(around, 'EventBridge', 400, message, 'InvalidRequest')
    },
  }),
  define('AWS::Events::Rule', {
    name: 'Name',
    createOnly: ['EventBusName'],
    // On a bus of its own, Ref gives `bus|rule`.
    id: (name, { EventBusName }) => (busOf(EventBusName) === 'default' ? name : `${busOf(EventBusName)}|${name}`),
    arn: ruleArn,
    attributes: (_, id, { region }) => ({ Arn: ruleArn(id, region) }),
    requires: ({ EventBusName, ScheduleExpression, EventPattern }, around) => {
      requireBus(around, EventBusName)
      if (ScheduleExpression === undefined && EventPattern === undefined) {
        const message = 'Parameter(s) EventPattern or ScheduleExpression must be specified.'
        throw serviceError(around, 'EventBridge', 400, message, 'InvalidRequest')
      }
    },
  }),
  define('AWS::Events::EventBusPolicy', {
    createOnly: ['EventBusName', 'StatementId'],
    requires: ({ EventBusName }, around) => requireBus(around, EventBusName),
  }),
]

export const ssm: Kind[] = [
  define('AWS::SSM::Parameter', {
    name: 'Name',
    arn: (name, region) => arn('ssm', region, `parameter/${name.replace(/^\//, '')}`),
    taken: (name) => `${name} already exists.`,
    attributes: ({ Type, Value }) => ({ Type: Type ?? 'String', Value: Value ?? '' }),
    requires: ({ Type }, around) => {
      if (Type !== 'SecureString') return
      throw refused(around, 'SSM Secure String is not supported for AWS::SSM::Parameter', 'InvalidRequest')
    },
  }),
  define('AWS::SSM::Document', {
    name: 'Name',
    createOnly: ['DocumentType', 'Attachments'],
    arn: (name, region) => arn('ssm', region, `document/${name}`),
    taken: (name) => `Document with same name ${name} already exists`,
  }),
]
