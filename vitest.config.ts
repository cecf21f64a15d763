import { defineConfig } from 'vitest/config'

const report = process.env['DR_TEST_REPORT']
const soak = 'test/soak/**/*.test.ts'
const hour = 3_600_000

/** What starts real processes of dr, or plays a whole drill or runbook many times: `.ci/run` runs it, `npm test` not. */
const long = [
  'test/cli/{killed,output,private,refused}.test.ts',
  'test/drill/{crash,ended,reds}.test.ts',
  'test/recovery/paths/*.test.ts',
  'test/requirements/*.deployed.test.ts',
  'test/systems/after-failover.test.ts',
]

/** Files share a process with all that is loaded and made there: a system is packaged and deployed once for many. */
const shared = { isolate: false, setupFiles: 'test/at-root.ts' }

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { ...shared, name: 'dr', include: ['test/**/*.test.ts'], exclude: [soak, ...long] } },
      { extends: true, test: { ...shared, name: 'long', include: long } },
      // They put others in the place of Node's own modules and methods, so each is a process of its own.
      { extends: true, test: { name: 'functions', include: ['cfn/functions/**/*.test.ts'] } },
      // `npm run soak`; a test of it plays hundreds of lives.
      { extends: true, test: { ...shared, name: 'soak', include: [soak], testTimeout: hour, hookTimeout: hour } },
    ],
    globalSetup: 'test/temporary.ts',
    disableConsoleIntercept: true,
    // Screens name who deployed.
    env: { USER: 'ada', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Its own choice would leave one of two cores idle.
    maxWorkers: 2,
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
