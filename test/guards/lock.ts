// Guards: one run at a time.
import { crash, type Guard } from './guard.ts'

export const lock: Guard[] = [
  {
    against: 'two runs on one environment at a time',
    file: 'src/lib/execute/lock.ts',
    text: 'if (!dead) throw held(other, ageMs)\n',
    broken: '\n',
    tests: ['test/execute/lock.test.ts'],
  },
  {
    against: 'a lock of a dead run on another host that nobody can take over',
    file: 'src/lib/execute/lock.ts',
    text: 'gone(other) || ageMs >= leaseMs',
    broken: 'gone(other)',
    tests: ['test/execute/lock.test.ts'],
  },
  {
    against: 'waiting for the lease although the process is known to be gone',
    file: 'src/lib/execute/lock.ts',
    text: 'gone(other) || ageMs >= leaseMs',
    broken: 'ageMs >= leaseMs',
    ...crash,
  },
  {
    against: 'a run that goes on changing things after it lost the lock',
    file: 'src/lib/execute/lock.ts',
    text: 'if (renewed === undefined) throw lost()',
    broken: 'if (renewed === undefined) return',
    tests: ['test/execute/lock.test.ts'],
  },
  {
    against: 'two claims of the lock that both succeed',
    file: 'src/lib/aws/objects.ts',
    text: "etag ? { IfMatch: etag } : { IfNoneMatch: '*' }",
    broken: '{}',
    tests: ['test/execute/lock.test.ts'],
  },
  {
    against: 'taking the loss of an answer for the loss of the lock',
    file: 'src/lib/execute/lock.ts',
    text: ' ?? (await mine(objects, place.bucket, key, body))',
    broken: '',
    tests: ['test/execute/lock.test.ts'],
  },
  {
    against: 'a lease that runs out while a run waits',
    file: 'src/lib/execute/lock.ts',
    text: 'if (clock.now() - written > leaseMs / 3) await hold()',
    broken: '',
    tests: ['test/execute/lock.test.ts'],
  },
  {
    against: 'a lock that stays after its run',
    file: 'src/lib/execute/operate.ts',
    text: 'await lock.release()\n',
    broken: '\n',
    tests: ['test/runs/interrupt.test.ts'],
    named: 'leaves the lock free',
  },
  {
    against: 'a call to change a stage without a look at the lock',
    file: 'src/lib/execute/actions/apply-stage.ts',
    text: 'operationId }\n  await context.hold()',
    broken: 'operationId }',
    tests: ['test/simulation/locked.test.ts'],
  },
]
