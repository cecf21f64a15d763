// Turns templates into what is uploaded: JSON under content hashes, nested first,
// so that a change deep down changes the key of the root.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DrError, place } from '../core/errors.ts'
import type { System, Value } from '../core/model.ts'
import type { TemplateBody } from './evaluation.ts'
import { loadTemplate, type Template } from './load.ts'
import { zipOnce } from './zip-once.ts'

/** A file for the artifact bucket. */
export interface Artifact {
  /** `cfn/<sha256>.json` or `functions/<sha256>.zip`. */
  key: string
  bytes: Uint8Array
  contentType: string
  /** Absolute path it was made from. */
  source: string
}

/** A root template as CloudFormation gets it. */
export interface Root {
  key: string
  /** SHA-256 of `body`, hex. */
  hash: string
  /** JSON text, also among the artifacts under `key`. */
  body: string
}

export interface Package {
  /** Stage name → root template. */
  stages: Record<string, Root>
  /** Sorted by key, each key once. */
  artifacts: Artifact[]
}

/** The artifact bucket of the region a stack is in, as text for Fn::Sub. */
const bucket = 'dr-artifacts-${AWS::AccountId}-${AWS::Region}'

/**
 * Packages all stages of a system.
 * @throws DrError exit 2 with position: a template or function that is missing or does not parse
 */
export async function packageSystem(system: System): Promise<Package> {
  const packer = new Packer()
  const stages: Record<string, Root> = {}
  for (const stage of system.stages) stages[stage.name] = await packer.template(stage.template)
  return { stages, artifacts: packer.artifacts() }
}

/** Packages one template, such as bootstrap.yaml, with what it refers to. Throws as packageSystem. */
export async function packageTemplate(file: string): Promise<Root & { artifacts: Artifact[] }> {
  const packer = new Packer()
  const root = await packer.template(resolve(file))
  return { ...root, artifacts: packer.artifacts() }
}

/** Writes a package to a folder: each artifact under its key, and `<name>.json` with the root key of each stage. */
export function writePackage(name: string, pkg: Package, folder: string): void {
  for (const { key, bytes } of pkg.artifacts) {
    const file = join(folder, key)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  const keys = Object.fromEntries(Object.entries(pkg.stages).map(([stage, { key }]) => [stage, key]))
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(keys, null, 2)}\n`)
}

/** Where a resource refers to a file beside its template, instead of something already uploaded. */
export function localReference(
  type: string,
  properties: Record<string, Value>,
): { property: string; path: string } | undefined {
  const property = { 'AWS::CloudFormation::Stack': 'TemplateURL', 'AWS::Lambda::Function': 'Code' }[type]
  const path = property && properties[property]
  return property && typeof path === 'string' && !/^[a-z0-9]+:\/\//.test(path) ? { property, path } : undefined
}

/**
 * JSON in ASCII: CloudFormation answers `?` for every other character of a template, so that what is deployed would never
 * equal what was sent. Source: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220
 */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

class Packer {
  readonly #artifacts = new Map<string, Artifact>()
  /** By absolute path, so that each file is worked on once. */
  readonly #templates = new Map<string, Root>()
  readonly #functions = new Map<string, string>()

  artifacts(): Artifact[] {
    return [...this.#artifacts.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** @param trail files being packaged, outermost first */
  async template(file: string, trail: string[] = []): Promise<Root> {
    const known = this.#templates.get(file)
    if (known) return known
    const template = loadTemplate(file)
    const Resources: TemplateBody['Resources'] = {}
    for (const [id, resource] of Object.entries(template.body.Resources)) {
      const reference = localReference(resource.Type, resource.Properties ?? {})
      if (!reference) {
        Resources[id] = resource
        continue
      }
      const target = resolve(dirname(file), reference.path)
      const uploaded = await this.#uploaded(template, id, reference.property, target, [...trail, file])
      Resources[id] = { ...resource, Properties: { ...resource.Properties, [reference.property]: uploaded } }
    }
    const body = asciiJson({ ...template.body, Resources })
    const root = { ...this.#add('cfn', 'json', 'application/json', Buffer.from(body), file), body }
    this.#templates.set(file, root)
    return root
  }

  /** The value that stands for a local reference once its target is uploaded. */
  async #uploaded(from: Template, id: string, property: string, target: string, trail: string[]): Promise<Value> {
    try {
      if (property === 'Code') return { S3Bucket: { 'Fn::Sub': bucket }, S3Key: await this.#function(target) }
      if (trail.includes(target)) throw new DrError('NestedCircle', 2, `${target} nests itself`, 'break the circle')
      const { key } = await this.template(target, trail)
      return { 'Fn::Sub': `https://${bucket}.s3.\${AWS::Region}.\${AWS::URLSuffix}/${key}` }
    } catch (error) {
      if (
        !(error instanceof DrError) ||
        !['FileNotReadable', 'FunctionNotFound', 'NestedCircle'].includes(error.code)
      ) {
        throw error
      }
      const at = place(from.at(['Resources', id, 'Properties', property]))
      throw new DrError(error.code, error.exit, `${at}: ${error.message}`, error.hint, { cause: error })
    }
  }

  async #function(folder: string): Promise<string> {
    const known = this.#functions.get(folder)
    if (known) return known
    const { key } = this.#add('functions', 'zip', 'application/zip', await zipOnce(folder), folder)
    this.#functions.set(folder, key)
    return key
  }

  #add(
    prefix: string,
    extension: string,
    contentType: string,
    bytes: Uint8Array,
    source: string,
  ): { key: string; hash: string } {
    const hash = createHash('sha256').update(bytes).digest('hex')
    const key = `${prefix}/${hash}.${extension}`
    if (!this.#artifacts.has(key)) this.#artifacts.set(key, { key, bytes, contentType, source })
    return { key, hash }
  }
}
