// Guards: what is not done unasked.
import type { Guard } from './guard.ts'

export const refusals: Guard[] = [
  {
    against: 'touching a stack set of our name that somebody else made',
    file: 'src/lib/runs/planned.ts',
    text: "(ManagedBy === 'dr' && System === target.system.name && EnvironmentSuffix === target.suffix)) continue",
    broken: 'true) continue',
    tests: ['test/runs/refusal.test.ts'],
    named: 'dr did not make',
  },
  {
    against: 'destroying what dr.yaml protects',
    file: 'src/lib/runs/destroy.ts',
    text: 'if (settings.protect)',
    broken: 'if (settings.protect && false)',
    tests: ['test/runs/destroy.test.ts'],
    named: 'protects',
  },
  {
    against: 'destroying without consent',
    file: 'src/lib/runs/destroy.ts',
    text: 'if (answer === suffix) return',
    broken: 'return',
    tests: ['test/runs/destroy.test.ts'],
    named: 'consent',
  },
  {
    against: 'the same environment in other regions than at its first deploy',
    file: 'src/lib/load/session.ts',
    text: 'if (recorded === undefined || asked[role] === undefined || asked[role] === recorded) continue',
    broken: 'continue',
    tests: ['test/runs/destroy.test.ts'],
    named: 'recorded at the first deploy',
  },
  {
    against: 'data lost with a stuck stack that nobody gave up',
    file: 'src/lib/runs/stuck.ts',
    text: 'if (stuck.length > 0)\n',
    broken: 'if (stuck.length > 99)\n',
    tests: ['test/runs/repair.test.ts'],
  },
]
