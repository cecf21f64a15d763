// Only the tests of the mutated modules, with few runs of each property.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { tests } from '../../stryker.config.mjs'

export default defineConfig({
  test: {
    include: tests,
    alias: { 'fast-check': fileURLToPath(new URL('few-runs.ts', import.meta.url)) },
    testTimeout: 60_000,
  },
})
