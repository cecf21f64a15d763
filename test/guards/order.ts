// Guards: what waits for what, and for how long.
import type { Guard } from './guard.ts'

export const order: Guard[] = [
  {
    against: 'a stage that begins although one that it needs failed',
    file: 'src/lib/execute/execute.ts',
    text: 'const bad = needed.find((it) => !went.has(it.outcome))',
    broken: 'const bad = needed.find(() => false)',
    tests: ['test/advice/cause-run.test.ts'],
    named: 'S8',
  },
  {
    against: 'an interrupt taken for a failure',
    file: 'src/lib/execute/operate.ts',
    text: "if (error instanceof Interrupted) return { outcome: 'interrupted', message: error.message, causes: [], error }",
    broken: '',
    tests: ['test/execute/operate.test.ts'],
  },
  {
    against: 'a region deleted before the one that was made after it',
    file: 'src/lib/plan/destroy.ts',
    text: 'regionOf(target, role))).reverse()',
    broken: 'regionOf(target, role)))',
    tests: ['test/runs/order.test.ts'],
    named: 'backwards',
  },
  {
    against: 'a stack taken in hand although its set has failed only once',
    file: 'src/lib/execute/actions/delete-stage.ts',
    text: 'if (--allowed > 0) {',
    broken: 'if (--allowed > 99) {',
    tests: ['test/runs/repair.test.ts'],
    named: 'fails once is left to its stack set',
  },
  {
    against: 'an operation that is waited for without end',
    file: 'src/lib/execute/actions/follow.ts',
    text: 'if (aws.clock.now() - began > patienceMs) return',
    broken: 'if (aws.clock.now() - began > patienceMs * 1e9) return',
    tests: ['test/report/verdict.test.ts', 'test/runs/interrupt.test.ts', 'test/runs/failure.test.ts'],
  },
  {
    against: 'a throttle in the middle taken for a failure',
    file: 'src/lib/execute/actions/follow.ts',
    text: 'if (passing(error)) return error',
    broken: '',
    tests: ['test/advice/cause-run.test.ts', 'test/report/verdict.test.ts'],
  },
]
