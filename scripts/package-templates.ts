// Writes the packaged templates of every system to dist/cfn, as CloudFormation gets them: JSON under content hashes.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadSystem, systemNames } from '../src/lib/load/system.ts'
import { packageSystem, packageTemplate, writePackage } from '../src/lib/templates/package.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = join(root, 'cfn')
const folder = join(root, 'dist', 'cfn')

for (const name of systemNames(sources)) writePackage(name, await packageSystem(loadSystem(sources, name)), folder)
const { artifacts, ...bootstrap } = await packageTemplate(join(sources, 'bootstrap.yaml'))
writePackage('bootstrap', { stages: { bootstrap }, artifacts }, folder)
