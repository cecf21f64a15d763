import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { afterAll, expect, test } from 'vitest'
import { loadSystem } from '../../src/lib/load/system.ts'
import type { TemplateBody } from '../../src/lib/templates/evaluation.ts'
import { packageSystem, packageTemplate, writePackage, type Package } from '../../src/lib/templates/package.ts'
import { zipFunction } from '../../src/lib/templates/zip.ts'

const fixtures = fileURLToPath(new URL('../fixtures/templates', import.meta.url))
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

/** A copy of the fixture templates, deeper in the tree than the original. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dr-package-'))
  folders.push(folder)
  cpSync(fixtures, join(folder, 'a/b/c'), { recursive: true })
  return join(folder, 'a/b/c')
}
const change = (file: string, from: string, to: string): void => {
  const before = readFileSync(file, 'utf8')
  expect(before).toContain(from)
  writeFileSync(file, before.replace(from, to))
}
const pack = (folder: string): Promise<Package> => packageSystem(loadSystem(folder, 'ledger'))
const bytes = (pkg: Package): [string, string][] =>
  pkg.artifacts.map(({ key, bytes: content }) => [key, Buffer.from(content).toString('base64')])
const resource = (text: string, id: string): TemplateBody['Resources'][string] | undefined =>
  (JSON.parse(text) as TemplateBody).Resources[id]

test('packaging twice, and from a copy elsewhere, gives the same bytes', async () => {
  const original = await pack(fixtures)
  expect(bytes(await pack(fixtures))).toEqual(bytes(original))
  expect(bytes(await pack(copy()))).toEqual(bytes(original))
})

test('a function is bundled to the same bytes wherever its folder lies', async () => {
  const original = await zipFunction(join(fixtures, 'functions/writer'))
  expect(await zipFunction(join(copy(), 'functions/writer'))).toEqual(original)
})

test('TXN-01: what is uploaded as a template is JSON, and each root is among the artifacts', async () => {
  const pkg = await pack(fixtures)
  const templates = pkg.artifacts.filter(({ contentType }) => contentType === 'application/json')
  expect(templates).toHaveLength(10)
  for (const { bytes: content, key } of templates) {
    expect(JSON.parse(Buffer.from(content).toString())).toHaveProperty('Resources')
    expect(key).toMatch(/^cfn\/[0-9a-f]{64}\.json$/)
  }
  for (const { key, hash, body } of Object.values(pkg.stages)) {
    expect(key).toBe(`cfn/${hash}.json`)
    expect(Buffer.from(pkg.artifacts.find((artifact) => artifact.key === key)?.bytes ?? []).toString()).toBe(body)
  }
})

test('local references become addresses in the artifact bucket of the own account and region', async () => {
  const pkg = await pack(fixtures)
  const nested = pkg.artifacts.find(({ source }) => source.endsWith('vpc.yaml'))
  const code = pkg.artifacts.find(({ source }) => source.endsWith('functions/writer'))
  const writer = pkg.artifacts.find(({ source }) => source.endsWith('writer.yaml'))
  expect(resource(pkg.stages['base']?.body ?? '', 'Network')?.Properties?.['TemplateURL']).toEqual({
    'Fn::Sub': `https://dr-artifacts-\${AWS::AccountId}-\${AWS::Region}.s3.\${AWS::Region}.\${AWS::URLSuffix}/${nested?.key}`,
  })
  expect(resource(Buffer.from(writer?.bytes ?? []).toString(), 'Writer')?.Properties?.['Code']).toEqual({
    S3Bucket: { 'Fn::Sub': 'dr-artifacts-${AWS::AccountId}-${AWS::Region}' },
    S3Key: code?.key,
  })
  expect(code?.key).toMatch(/^functions\/[0-9a-f]{64}\.zip$/)
})

test('a function is one module with its handler and all it imports', async () => {
  const code = (await pack(fixtures)).artifacts.find(({ key }) => key.endsWith('.zip'))
  const files = unzipSync(code?.bytes ?? new Uint8Array())
  expect(Object.keys(files)).toEqual(['index.mjs'])
  const module = (await import(
    `data:text/javascript;base64,${Buffer.from(files['index.mjs'] ?? []).toString('base64')}`
  )) as { handler: () => Promise<string> }
  expect(await module.handler()).toBe('here is the writer')
})

test('a change deep down changes the root of its stage and no other', async () => {
  const folder = copy()
  const before = await pack(folder)
  change(join(folder, 'network/vpc.yaml'), 'EnableKeyRotation: true', 'EnableKeyRotation: false')
  const nested = await pack(folder)
  change(join(folder, 'functions/writer/greeting.ts'), 'here is', 'there is')
  const both = await pack(folder)
  const changed = (a: Package, b: Package): string[] =>
    Object.keys(a.stages).filter((stage) => a.stages[stage]?.key !== b.stages[stage]?.key)
  expect(changed(before, nested)).toEqual(['base'])
  expect(changed(nested, both)).toEqual(['app'])
})

test('what cannot be packaged is named with file and line', async () => {
  const folder = copy()
  const app = join(folder, 'compute/writer.yaml')
  change(join(folder, 'functions/writer/greeting.ts'), '=>', '=> (')
  await expect(pack(folder)).rejects.toMatchObject({
    exit: 2,
    message: expect.stringMatching(/greeting\.ts:\d+:\d+: /),
  })
  change(app, '../functions/writer', '../functions/reader')
  await expect(pack(folder)).rejects.toMatchObject({
    exit: 2,
    message: expect.stringMatching(/writer\.yaml:\d+:7: .*reader holds no index\.ts/),
  })
  const base = join(folder, 'systems/ledger/base.yaml')
  change(base, '../../network/vpc.yaml', './base.yaml')
  await expect(packageTemplate(base)).rejects.toThrow(/base\.yaml:\d+:7: .*base\.yaml nests itself/)
  change(base, './base.yaml', './absent.yaml')
  await expect(packageTemplate(base)).rejects.toThrow(/base\.yaml:\d+:7: the file .*absent\.yaml does not exist/)
})

test('a package can be written to a folder', async () => {
  const folder = copy()
  const pkg = await pack(folder)
  writePackage('ledger', pkg, join(folder, 'dist'))
  for (const { key } of pkg.artifacts) expect(existsSync(join(folder, 'dist', key))).toBe(true)
  expect(JSON.parse(readFileSync(join(folder, 'dist/ledger.json'), 'utf8'))).toMatchObject({
    base: pkg.stages['base']?.key,
  })
})
