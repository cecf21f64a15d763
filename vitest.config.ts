import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import LongestFirst from './test/sequence.ts'

const report = process.env['DR_TEST_REPORT']

export default defineConfig({
  test: {
    projects: [
      // Files share a process, in which only the packages stay loaded: a second less for each.
      {
        extends: true,
        test: { name: 'dr', include: ['test/**/*.test.ts'], isolate: false, setupFiles: 'test/afresh.ts' },
      },
      // They put others in the place of Node's own modules and methods, so each is a process of its own.
      { extends: true, test: { name: 'functions', include: ['cfn/functions/**/*.test.ts'] } },
    ],
    globalSetup: 'test/temporary.ts',
    // An engine of seconds, whose answers all files share.
    alias: { '@aws/cloudformation-validate': fileURLToPath(new URL('test/judged-once.ts', import.meta.url)) },
    disableConsoleIntercept: true,
    // Screens name who deployed.
    env: { USER: 'ada', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Its own choice would leave one of two cores idle.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', 'json'] : ['default'],
    ...(report ? { outputFile: { json: `${report}/vitest.json` } } : {}),
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'cfn/functions/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
})
