// What a guard of the engine keeps from happening, how it is broken, and which test must notice.

export interface Guard {
  /** What it keeps from happening. */
  against: string
  file: string
  /** Its exact text, which stands once in the file. */
  text: string
  broken: string
  /** Test files, of which one must go red. */
  tests: string[]
  /** Only tests whose name matches. */
  named?: string
}

/** Suites that notice much, but take longer than one test. */
export const crash = { tests: ['test/simulation/crash.test.ts'], named: 'miniature' }
export const seeds = { tests: ['test/simulation/seeds.test.ts'], named: 'miniature system is true' }
