#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Config, flush, handle, Plugin, run } from '@oclif/core'
import { register } from 'tsx/esm/api'

// Runs src/ without a build: oclif cannot find that out by itself, since TypeScript 7 has no JavaScript API. The
// manifest names the files of dist/, so it is not read; else an old build would be what is tried.
register()
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
const root = fileURLToPath(new URL('..', import.meta.url))
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
pjson.oclif.commands = './src/commands'
const plugin = new Plugin({ isRoot: true, root, pjson, ignoreManifest: true })
await plugin.load()
const config = new Config({ root, pjson, plugins: new Map([[plugin.name, plugin]]) })
await config.load()
await run(process.argv.slice(2), config).then(flush, handle)
