// Writes the packaged templates of every system to dist/cfn, as CloudFormation gets them: JSON under content hashes.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rightsFile } from '../src/lib/load/rights.ts'
import { loadSystem, systemNames } from '../src/lib/load/system.ts'
import { packageSystem, packageTemplate, writePackage } from '../src/lib/templates/package.ts'

const here = fileURLToPath(new URL('..', import.meta.url))
const sources = join(here, 'cfn')
const folder = join(here, 'dist', 'cfn')

/** A template that is a plain stack by itself. */
async function packagePlain(name: string, file: string): Promise<void> {
  const { artifacts, ...root } = await packageTemplate(file)
  writePackage(name, { stages: { [name]: root }, artifacts }, folder)
}

for (const name of systemNames(sources)) {
  const system = loadSystem(sources, name)
  writePackage(name, await packageSystem(system), folder)
  await packagePlain(`rights-${name}`, rightsFile(system))
}
await packagePlain('bootstrap', join(sources, 'bootstrap.yaml'))
