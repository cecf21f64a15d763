// Guards: from where a drill may begin, and who agreed to it.
import type { Guard } from './guard.ts'

const asked = { tests: ['test/drill/agreed.test.ts'] }
const agreed = 'src/lib/confirm/agreed-drill.ts'
const drilled = 'src/lib/runs/drilled.ts'

export const drillBegins: Guard[] = [
  {
    against: 'a drill that interrupts and that nobody agreed to',
    file: agreed,
    text: 'if (answer === name) return\n',
    broken: 'if (answer === name || answer === undefined) return\n',
    ...asked,
  },
  {
    against: 'any answer taken for the name of the system',
    file: agreed,
    text: 'if (answer === name) return\n',
    broken: 'if (answer !== undefined) return\n',
    ...asked,
  },
  {
    against: 'data lost in a drill by --yes alone',
    file: agreed,
    text: 'if (!allowDataLoss)\n',
    broken: 'if (!yes)\n',
    ...asked,
  },
  {
    against: 'data lost in a drill of what dr.yaml protects',
    file: agreed,
    text: 'if (settings.protect)\n',
    broken: 'if (settings.protect && !yes)\n',
    ...asked,
  },
  {
    against: 'a drill of what cannot fail over, or of which nobody knows',
    file: drilled,
    text: "if (harmless || found.answer === 'yes') {",
    broken: 'if (harmless || found.answer) {',
    ...asked,
  },
  {
    against: 'a drill in the middle of another one',
    file: drilled,
    text: "if (found.answer === 'busy') throw",
    broken: "if (found.answer === 'busy' && !harmless) throw",
    ...asked,
  },
  {
    against: 'a drill that begins from where things do not belong',
    file: drilled,
    text: 'if (harmless || !away) return\n',
    broken: 'return\n',
    ...asked,
  },
]
