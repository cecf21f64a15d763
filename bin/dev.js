#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execute } from '@oclif/core'
import { register } from 'tsx/esm/api'

// Runs src/ without a build: oclif cannot find that out by itself, since TypeScript 7 has no JavaScript API.
// New commands and flags appear after `npm run build && npm run manifest`.
register()
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
const root = fileURLToPath(new URL('..', import.meta.url))
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
pjson.oclif.commands = './src/commands'
await execute({ dir: import.meta.url, loadOptions: { root, pjson } })
