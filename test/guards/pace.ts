// Guards: how often AWS is asked, and what its silence means.
import type { Guard } from './guard.ts'

const gone = { tests: ['test/runs/primary-gone.test.ts'] }

export const pace: Guard[] = [
  {
    against: 'more calls at once than AWS answers',
    file: 'src/lib/aws/limiter.ts',
    text: 'if (wait > 0) await this.clock.sleep(wait)',
    broken: '',
    tests: ['test/aws/limiter.test.ts'],
  },
  {
    against: 'a poll of few stacks that waits for nobody',
    file: 'src/lib/aws/limiter.ts',
    text: 'const burst = 10',
    broken: 'const burst = 1',
    tests: ['test/aws/limiter.test.ts'],
  },
  {
    against: 'the region that answers waiting for one that does not',
    file: 'src/lib/aws/connect.ts',
    text: 'await silence.guard(region, () => next(args), service)',
    broken: 'await next(args)',
    ...gone,
  },
  {
    against: 'a region that is gone asked again and again',
    file: 'src/lib/aws/retry.ts',
    text: 'const most = isSilence(info.error) ?',
    broken: 'const most = 0 ?',
    ...gone,
  },
  {
    against: 'a region that does not answer taken for empty',
    file: 'src/lib/observe/observe.ts',
    text: "if (!asked || stack === 'silent') return { ...it, overrides, stack: undefined, unseen: true }",
    broken: "if (stack === 'silent') return { ...it, overrides, stack: undefined }",
    ...gone,
  },
  {
    against: 'half a deploy where the whole was asked for',
    file: 'src/lib/runs/deploy.ts',
    text: 'if (silent.length === 0) return\n',
    broken: 'return\n',
    ...gone,
  },
  {
    against: 'a destroy that begins what it cannot finish',
    file: 'src/lib/runs/destroy.ts',
    text: 'if (silent.length > 0)\n',
    broken: 'if (silent.length > 99)\n',
    ...gone,
  },
  {
    against: 'a quota asked for again and again',
    file: 'src/lib/aws/retry.ts',
    text: " || name.startsWith('LimitExceeded')",
    broken: '',
    tests: ['test/aws/retry.test.ts'],
  },
  {
    against: 'a pause between attempts that looks like a hang',
    file: 'src/lib/aws/retry.ts',
    text: 'Math.min(capMs, baseMs[kind] * 2 ** retry)',
    broken: 'baseMs[kind] * 2 ** retry',
    tests: ['test/aws/retry.test.ts'],
  },
  {
    against: 'all runs asking again at the same moment',
    file: 'src/lib/aws/retry.ts',
    text: 'return full / 2 + (full / 2) * random',
    broken: 'return full',
    tests: ['test/aws/retry.test.ts'],
  },
]
