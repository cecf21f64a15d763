// Guards: no figure of a drill that is better than what was.
import type { Guard } from './guard.ts'

const measured = { tests: ['test/drill/measure.test.ts'] }
const judge = 'src/lib/drill/measure/judge.ts'
const loss = 'src/lib/drill/measure/loss.ts'
const recovery = 'src/lib/drill/measure/recovery.ts'

export const measure: Guard[] = [
  {
    against: 'a probe that was silent taken for one that proves something',
    file: judge,
    text: 'planned === 0 || operations.length < planned * enoughSent',
    broken: 'planned < 0',
    ...measured,
  },
  {
    against: 'clocks that are too far apart for a figure',
    file: judge,
    text: 'if (clockBound > objective * clockShare) {',
    broken: 'if (clockBound > Infinity) {',
    ...measured,
  },
  {
    against: 'a service that was never there taken for one that went and came back',
    file: judge,
    text: "return before.length === 0 ? 'no operation succeeded before the fault' : undefined",
    broken: 'return undefined',
    ...measured,
  },
  {
    against: 'a fault that nobody saw taken for a recovery',
    file: judge,
    text: " ?? (effect === undefined ? 'no probe saw the fault' : undefined)",
    broken: '',
    ...measured,
  },
  {
    against: 'a loss that nobody looked for taken for none',
    file: judge,
    text: "if (!loss) return { verdict: 'inconclusive',",
    broken: "if (!loss) return { verdict: 'pass',",
    ...measured,
  },
  {
    against: 'a pass by the better of two bounds',
    file: judge,
    text: 'if (bounds.to <= objective) return',
    broken: 'if (bounds.from <= objective) return',
    ...measured,
  },
  {
    against: 'a failure by the worse of two bounds',
    file: judge,
    text: 'if (bounds.from > objective) return',
    broken: 'if (bounds.to > objective) return',
    ...measured,
  },
  {
    against: 'a loss without a look',
    file: loss,
    text: 'if (!verify) return undefined\n',
    broken: 'if (!verify) return measureLoss({ operations, injected, interval, clockBound }, { verify: new Set() })\n',
    ...measured,
  },
  {
    against: 'writes without an answer counted as lost',
    file: loss,
    text: "operations.filter(({ outcome }) => outcome === 'ok')",
    broken: "operations.filter(({ outcome }) => outcome !== 'fail')",
    ...measured,
  },
  {
    against: 'what came late told as lost for good',
    file: loss,
    text: '!delayed.includes(sequence) && ',
    broken: '',
    ...measured,
  },
  {
    against: 'what a snapshot holds told as lost for good',
    file: loss,
    text: ' && !recoverable.includes(sequence)',
    broken: '',
    ...measured,
  },
  {
    against: 'a loss of zero finer than the writes before the fault',
    file: loss,
    text: 'Math.max(interval, injected - (before?.sent ?? times.start)) + clockBound',
    broken: '0',
    ...measured,
  },
  {
    against: 'a loss measured from its last write, not from its first',
    file: loss,
    text: 'const first = lost[0]\n',
    broken: 'const first = lost.at(-1)\n',
    ...measured,
  },
  {
    against: 'a loss without the error of the clocks',
    file: loss,
    text: 'to: end - Math.min(kept?.sent ?? times.start, injected) + clockBound',
    broken: 'to: end - Math.min(kept?.sent ?? times.start, injected)',
    ...measured,
  },
  {
    against: 'a recovery that did not hold',
    file: recovery,
    text: ' && end.ended - first.ended >= hold',
    broken: '',
    ...measured,
  },
  {
    against: 'a few successes taken for a recovery',
    file: recovery,
    text: 'after.length - start >= consecutive && ',
    broken: '',
    ...measured,
  },
  {
    against: 'a success between failures taken for the recovery',
    file: recovery,
    text: "after.findLastIndex(({ outcome }) => outcome !== 'ok')",
    broken: "after.findIndex(({ outcome }) => outcome !== 'ok')",
    ...measured,
  },
  {
    against: 'a single answer that got lost taken for an outage',
    file: recovery,
    text: 'silent.at(-consecutive)',
    broken: 'silent.at(-1)',
    ...measured,
  },
  {
    against: 'an outage in which nothing answers passed over',
    file: recovery,
    text: "operation.outcome === 'fail' ? operation : silent.at(-consecutive)",
    broken: "operation.outcome === 'fail' ? operation : undefined",
    ...measured,
  },
  {
    against: 'a recovery time without the error of the clocks',
    file: recovery,
    text: 'back ? since(back.ended) + clockBound',
    broken: 'back ? since(back.ended)',
    ...measured,
  },
  {
    against: 'a recovery told to the moment of sending, when the answer was not there',
    file: recovery,
    text: 'to: back ? since(back.ended)',
    broken: 'to: back ? since(back.sent)',
    ...measured,
  },
  {
    against: 'a percentile of a few',
    file: 'src/lib/drill/measure/spread.ts',
    text: 'n >= enough && ',
    broken: '',
    ...measured,
  },
]
