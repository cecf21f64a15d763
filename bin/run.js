#!/usr/bin/env node
import module from 'node:module'
import { execute } from '@oclif/core'

// The SDK warns on Node 20 about a later year; in the middle of a progress view that only tears the screen.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
module.enableCompileCache?.()
await execute({ dir: import.meta.url })
