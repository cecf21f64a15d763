// Guards: what is not done unasked.
import type { Guard } from './guard.ts'

export const refusals: Guard[] = [
  {
    against: 'touching a stack set of our name that somebody else made',
    file: 'src/lib/verbs/planned.ts',
    text: "(ManagedBy === 'dr' && System === target.system.name && EnvironmentSuffix === target.suffix)) continue",
    broken: 'true) continue',
    tests: ['test/verbs/refusal.test.ts'],
    named: 'dr did not make',
  },
  {
    against: 'destroying what dr.yaml protects',
    file: 'src/lib/verbs/destroy.ts',
    text: 'if (settings.protect)',
    broken: 'if (settings.protect && false)',
    tests: ['test/verbs/destroy.test.ts'],
    named: 'protects',
  },
  {
    against: 'destroying without consent',
    file: 'src/lib/verbs/destroy.ts',
    text: 'if (answer === suffix) return',
    broken: 'return',
    tests: ['test/verbs/destroy.test.ts'],
    named: 'consent',
  },
  {
    against: 'the same environment in other regions than at its first deploy',
    file: 'src/lib/session.ts',
    text: 'if (recorded === undefined || asked[role] === undefined || asked[role] === recorded) continue',
    broken: 'continue',
    tests: ['test/verbs/destroy.test.ts'],
    named: 'recorded at the first deploy',
  },
  {
    against: 'data lost with a stuck stack that nobody gave up',
    file: 'src/lib/verbs/stuck.ts',
    text: 'if (stuck.length > 0)\n',
    broken: 'if (stuck.length > 99)\n',
    tests: ['test/verbs/repair.test.ts'],
  },
]
