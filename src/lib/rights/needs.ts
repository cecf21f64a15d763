// What the handlers of a resource's type call, on which ARNs: facts about the type applied to one resource.
import type { Region, Value } from '../core/model.ts'
import type { About } from './fact.ts'
import { factsOf } from './facts.ts'

export type Handler = 'create' | 'read' | 'update' | 'delete'

/** One action that must be allowed. */
export interface Need {
  action: string
  /** An ARN, or `*` for an action that takes no resource. */
  on: string
  /** Condition keys that the call carries, with their values. */
  context: Record<string, string>
  /** Which handlers of the type call it. */
  handlers: Handler[]
  /** The property that makes the call necessary; absent where every resource of the type needs it. */
  because?: string
}

/** Where a resource is, and the name it has or will have where its template gives none. */
export interface Place {
  partition: string
  region: Region
  account: string
  unnamed: string
}

export interface Resource {
  type: string
  properties: Record<string, Value>
}

const handlerOf: Record<string, Handler> = { c: 'create', r: 'read', u: 'update', d: 'delete' }

/** Every value at a path such as `Targets.*.RoleArn`; texts and numbers alone. */
function valuesAt(value: Value | undefined, [first, ...rest]: string[]): string[] {
  if (value === undefined || value === null) return []
  if (first === undefined) return typeof value === 'object' ? [] : [String(value)]
  if (first === '*') return Object.values(value as Record<string, Value>).flatMap((it) => valuesAt(it, rest))
  return typeof value === 'object' ? valuesAt((value as Record<string, Value>)[first], rest) : []
}

/** The name in an ARN or an address, such as `f` in `arn:aws:lambda:r:1:function:f`; any other text is a name itself. */
function nameIn(value: string, kind: string): string {
  if (value.startsWith('https://')) return value.slice(value.lastIndexOf('/') + 1)
  if (!value.startsWith('arn:')) return value
  const resource = value.split(':').slice(5).join(':')
  return resource.startsWith(kind) ? resource.slice(kind.length) : resource
}

const placeholder = /\$\{([\w.*]+)(\/|=[^}]*)?\}/

/** The texts that a form stands for: one for each combination of values, none where a path has no value. */
function filled(form: string, properties: Record<string, Value>, place: Place): string[] {
  const found = placeholder.exec(form)
  if (!found) return [form]
  const [whole, path = '', rule = ''] = found
  const before = form.slice(0, found.index)
  const kind = before.slice(before.lastIndexOf(':', before.length - 2) + 1)
  const names = valuesAt(properties, path.split('.')).map((it) => (before === '' ? it : nameIn(it, kind)))
  const plain = before.endsWith('/') ? names.map((it) => it.replace(/^\//, '')) : names
  const values = plain.map((it) => (rule === '/' ? `${it}/` : it))
  const otherwise = rule.startsWith('=') ? [rule.slice(1)] : rule === '/' ? [''] : path.includes('.') ? [] : undefined
  const texts = values.length > 0 ? values : (otherwise ?? (whole === form ? [] : [place.unnamed]))
  return texts.flatMap((text) => filled(before + text + form.slice(found.index + whole.length), properties, place))
}

/** The ARNs of a row for one resource. */
function arnsOf(on: string, properties: Record<string, Value>, place: Place): string[] {
  if (on === '*') return [on]
  const { partition, region, account } = place
  const placed = on
    .replace(':@:', `:${region}:${account}:`)
    .replace('::#:', `::${account}:`)
    .replace(':!:', `:${region}::`)
  const isValue = /^\$\{[^}]*\}$/.test(on)
  // Names of buckets have no capital letters, those that CloudFormation makes neither.
  const named = on.startsWith('s3:') ? { ...place, unnamed: place.unnamed.toLowerCase() } : place
  return filled(placed, properties, named).map((it) => (isValue ? it : `arn:${partition}:${it}`))
}

/** Whether the property that a row depends on is set. */
function isSet(when: string, properties: Record<string, Value>): boolean {
  const [name = '', text = ''] = when.split('=')
  const value = properties[name]
  return value !== undefined && JSON.stringify(value).includes(text)
}

const keys: [keyof About, key: string][] = [
  ['to', 'iam:PassedToService'],
  ['linked', 'iam:AWSServiceName'],
  ['calls', 'lambda:FunctionArn'],
  ['attaches', 'iam:PolicyARN'],
]

/** The condition keys of a row's calls: one set for each combination of values. */
function contextsOf(about: About, properties: Record<string, Value>, place: Place): Record<string, string>[] {
  return keys.reduce<Record<string, string>[]>(
    (contexts, [name, key]) => {
      const form = about[name]
      if (form === undefined) return contexts
      const values = name === 'calls' ? arnsOf(form, properties, place) : filled(form, properties, place)
      return contexts.flatMap((context) => values.map((value) => ({ ...context, [key]: value })))
    },
    [{}],
  )
}

/** The path without its dots that makes a row necessary: the property that the user sees in the template. */
const causeOf = (on: string, when: string | undefined): string | undefined =>
  when?.split('=')[0] ?? /\$\{(\w+)\.[\w.*]+\}/.exec(on)?.[1] ?? /^\$\{(\w+)\}$/.exec(on)?.[1]

/** `{{resolve:secretsmanager:name:…}}` and its like; a secret may be given by its ARN. */
const reference = /\{\{resolve:(secretsmanager|ssm|ssm-secure):((?:arn:[^:}]*:[^:}]*:[^:}]*:[^:}]*:secret:)?[^:}]+)/g

/** Secrets and parameters that properties refer to: CloudFormation reads them with the rights of the stack. */
function references({ properties }: Resource, { partition, region, account }: Place): Need[] {
  const handlers: Handler[] = ['create', 'update']
  const text = JSON.stringify(properties)
  const base = (service: string): string => `arn:${partition}:${service}:${region}:${account}`
  return [...text.matchAll(reference)].map(([, service, name = '']) =>
    service === 'secretsmanager'
      ? {
          action: 'secretsmanager:GetSecretValue',
          on: name.startsWith('arn:') ? name : `${base('secretsmanager')}:secret:${name}-*`,
          context: {},
          handlers,
        }
      : {
          action: 'ssm:GetParameters',
          on: `${base('ssm')}:parameter/${name.replace(/^\//, '')}`,
          context: {},
          handlers,
        },
  )
}

/**
 * Every need of a resource. What a fact asks for although the resource does not set its property is left out.
 * @returns undefined for a type of which nothing is known
 */
export function needsOf(resource: Resource, place: Place): Need[] | undefined {
  const { type, properties } = resource
  const rows = factsOf(type)?.filter(([, , about]) => about?.when === undefined || isSet(about.when, properties))
  const needs = rows?.flatMap(([on, actions, about = {}]) => {
    const service = on === '*' || on.startsWith('$') ? '' : `${on.slice(0, on.indexOf(':'))}:`
    const because = causeOf(on, about.when)
    return arnsOf(on, properties, place).flatMap((arn) =>
      contextsOf(about, properties, place).flatMap((context) =>
        actions.split(/\s+/).map((written): Need => {
          const [name = '', letters = ''] = written.split('/')
          const action = name.includes(':') ? name : service + name
          const handlers = letters.split('').flatMap((letter) => handlerOf[letter] ?? [])
          return { action, on: arn, context, handlers, ...(because !== undefined && { because }) }
        }),
      ),
    )
  })
  return needs && [...needs, ...references(resource, place)]
}
