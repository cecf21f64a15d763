// Mutation tests: `npm run mutate` changes each module that decides in small ways, one way at a time, and expects that each
// time one of its tests fails. The lines on which effects and order depend are in test/guards.ts.

/** Pure modules, and the fast tests that belong to each. */
const modules = {
  'src/lib/plan/next-call.ts': ['test/plan/next-call.test.ts'],
  'src/lib/plan/repair.ts': ['test/plan/repair.test.ts'],
  'src/lib/confirm/consent.ts': ['test/confirm/consent.test.ts'],
  'src/lib/confirm/kept-names.ts': ['test/confirm/kept-names.test.ts'],
  'src/lib/execute/execute.ts': ['test/execute/execute.test.ts'],
  'src/lib/report/verdict.ts': ['test/report/verdict-sentence.test.ts'],
  'src/lib/report/report.ts': ['test/report/report.test.ts'],
  'src/lib/advice/cause.ts': ['test/advice/cause.test.ts'],
}

/** Too slow for every day: a mutant takes half a second or more. `npm run mutate -- --mutate src/lib/status/rules.ts`. */
const slow = {
  'src/lib/status/rules.ts': ['test/status/rules.test.ts', 'test/status/drilling.test.ts'],
  'src/lib/status/quality.ts': ['test/status/rules.test.ts'],
  'src/lib/status/judging.ts': ['test/status/rules.test.ts', 'test/status/silence.test.ts'],
  'src/lib/status/verdict.ts': ['test/status/rules.test.ts', 'test/status/silence.test.ts'],
  'src/lib/drill/next.ts': ['test/drill/next.test.ts'],
  'src/lib/drill/measure/judge.ts': ['test/drill/measure.test.ts'],
  'src/lib/drill/measure/loss.ts': ['test/drill/measure.test.ts'],
  'src/lib/drill/measure/recovery.ts': ['test/drill/measure.test.ts'],
}

/** All test files, for the configuration of vitest. */
export const tests = [...new Set(Object.values({ ...modules, ...slow }).flat())]

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutants/vitest.config.mjs', related: false },
  // None: Stryker would rewrite tsconfig.json by an interface that TypeScript 7 does not have.
  tsconfigFile: 'none.json',
  mutate: Object.keys(modules),
  // Golden files hold the words. The others mostly change what a condition or a comparison changes as well, and cost time.
  mutator: {
    excludedMutations: [
      'StringLiteral',
      'Regex',
      'ObjectLiteral',
      'ArrayDeclaration',
      'ArrowFunction',
      'BlockStatement',
    ],
  },
  coverageAnalysis: 'perTest',
  // What runs when a module is loaded needs every test each time.
  ignoreStatic: true,
  concurrency: 2,
  // With it, a failure in any file of tests but the first was lost, and the mutant was called survived.
  disableBail: true,
  // Reached on 2026-11-30, in 90 seconds on two cores: 398 of 432 (92 %). Of status, in 4 minutes: 366 of 481 (76 %).
  thresholds: { high: 90, low: 80, break: 90 },
  // A busy machine makes no mutant look killed.
  timeoutMS: 30_000,
  tempDirName: 'coverage/mutants',
  ignorePatterns: ['coverage', 'dist'],
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: 'coverage/mutants.json' },
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false },
}
