// Reads YAML (and so JSON) files: templates with CloudFormation's tags, system.yaml, dr.yaml.
// Whatever is wrong is said with file, line and column.
import { readFileSync } from 'node:fs'
import { CORE_SCHEMA, YAMLException, constructFromEvents, parseEvents, type Schema } from 'js-yaml'
import type { z } from 'zod'
import { DrError, place } from '../core/errors.ts'
import type { Position } from '../core/model.ts'
import type { TemplateBody } from './evaluation.ts'
import { locator, positionAt, type Locate, type Path } from './positions.ts'
import { templateSchema } from './tags.ts'

/** A loaded file: its data in long form, and where each part of it stands. */
export interface Loaded<T> {
  file: string
  data: T
  at: Locate
}

/** A CloudFormation template and where its parts stand. */
export interface Template {
  file: string
  /** As it was read: comments say why something is as it is. */
  text: string
  body: TemplateBody
  at: Locate
}

/**
 * Loads one YAML document.
 * @throws DrError exit 2 with position: missing file, syntax error, duplicate key, unknown tag, empty file
 */
export function loadYaml(file: string, schema: Schema = CORE_SCHEMA): Loaded<unknown> {
  const text = read(file)
  try {
    const events = parseEvents(text, { filename: file })
    const documents = constructFromEvents(events, { source: text, filename: file, schema })
    if (documents.length !== 1) {
      throw fault({ file, line: 1, column: 1 }, documents.length ? 'more than one YAML document' : 'the file is empty')
    }
    return { file, data: documents[0], at: locator(file, text, events) }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const reason = error.reason.replace(/^unknown (scalar|sequence|mapping) tag !<(.*)>$/, 'unknown tag $2 for a $1')
    throw fault(positionAt(file, text, error.mark?.position ?? 0), reason)
  }
}

/** Templates by file, with the text they were read from: a command needs each several times. */
const parsed = new Map<string, { text: string; template: Template }>()

/**
 * Loads a template and checks its outer shape; one that was loaded before and did not change is the same object.
 * @throws DrError exit 2 with position, as loadYaml, and for a template without Resources or a resource without Type
 */
export function loadTemplate(file: string): Template {
  const text = read(file)
  const before = parsed.get(file)
  if (before?.text === text) return before.template
  const { data, at } = loadYaml(file, templateSchema)
  if (!isRecord(data)) throw fault(at([]), 'a template is a mapping with Resources')
  for (const section of ['Parameters', 'Mappings', 'Conditions', 'Rules', 'Resources', 'Outputs']) {
    const content = data[section]
    if (content === undefined && section !== 'Resources') continue
    if (!isRecord(content)) throw fault(at([section]), `${section} must be a mapping`)
    for (const [id, entry] of Object.entries(content)) checkEntry(section, id, entry, at)
  }
  const template = { file, text, body: data as TemplateBody, at }
  parsed.set(file, { text, template })
  return template
}

/**
 * Loads a YAML file and checks it with a zod schema.
 * @throws DrError exit 2, one line per fault, each with its position
 */
export function parseYaml<T>(schema: z.ZodType<T>, file: string): Loaded<T> {
  const { data, at } = loadYaml(file)
  const result = schema.safeParse(data)
  if (result.success) return { file, data: result.data, at }
  const faults = result.error.issues.flatMap((issue) => describe(issue, data)).map((f) => ({ ...f, at: at(f.path) }))
  throw fileFaults(faults.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column))
}

/** The error for faults found in a file: one line each, with position. */
export function fileFaults(faults: { at: Position; message: string }[]): DrError {
  const lines = faults.map((f) => `${place(f.at)}: ${f.message}`)
  return new DrError('InvalidFile', 2, lines.join('\n'), 'correct the file and run the command again')
}

const fault = (at: Position, message: string): DrError => fileFaults([{ at, message }])

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function checkEntry(section: string, id: string, entry: unknown, at: Locate): void {
  const needed = { Parameters: 'Type', Resources: 'Type', Outputs: 'Value' }[section]
  if (!needed) return
  if (!isRecord(entry)) throw fault(at([section, id]), `${section}.${id} must be a mapping`)
  if (entry[needed] === undefined) throw fault(at([section, id]), `${section}.${id} has no ${needed}`)
  if (needed === 'Type' && typeof entry['Type'] !== 'string') {
    throw fault(at([section, id, 'Type']), `${section}.${id}.Type must be a string`)
  }
  if (section === 'Resources' && entry['Properties'] !== undefined && !isRecord(entry['Properties'])) {
    throw fault(at([section, id, 'Properties']), `${section}.${id}.Properties must be a mapping`)
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown reason'})`
    throw new DrError('FileNotReadable', 2, `the file ${file} ${why}`, 'check the path', { cause: error })
  }
}

function describe(issue: z.core.$ZodIssue, data: unknown): { path: Path; message: string }[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
  const name = path.join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key "${[...path, key].join('.')}"` }))
  }
  const absent = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], data)
  if (issue.code === 'invalid_type' && absent === undefined) return [{ path, message: `"${name}" is missing` }]
  const message = issue.message
    .replace(/^Invalid input: (expected \w+), received (\w+)$/, '$1, not $2')
    .replace(/^expected string, not (number|boolean)$/, '$&: put quotes around it')
    .replace(/^Invalid input$/, 'such a value has no meaning here')
  return [{ path, message: name ? `"${name}": ${message}` : message }]
}
