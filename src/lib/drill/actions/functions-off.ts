// Switches functions off by a reserved concurrency of 0: they answer 429, and the health checks of the name see it.
import { DrError } from '../../core/errors.ts'
import type { Functions } from '../../aws/functions.ts'
import type { Action, Ground, Step } from '../drill.ts'

const names = ({ target }: Step): string[] => (target['functions'] ?? '').split(',').filter((name) => name !== '')

/** What the template reserves: a number, or `none`. */
const reserved = ({ target }: Step): number | undefined =>
  target['reserved'] === undefined || target['reserved'] === 'none' ? undefined : Number(target['reserved'])

async function functions(step: Step, { aws }: Ground): Promise<Functions> {
  const found = await aws.functions(step.region)
  if (names(step).length === 0) throw missing('no function is named', step)
  for (const name of names(step)) {
    if (!(await found.exists(name))) throw missing(`there is no function ${name}`, step)
  }
  return found
}

const missing = (what: string, { region }: Step): DrError =>
  new DrError('NoTarget', 3, `${what} in ${region}`, 'see: dr status')

/**
 * `target`: `functions`, names with commas, and, completed, `reserved`: what all of them reserve before the drill, a
 * number or `none`.
 */
export const functionsOff: Action = {
  name: 'functions-off',
  class: 'L3',
  calls: ['PutFunctionConcurrency', 'DeleteFunctionConcurrency', 'GetFunctionConcurrency', 'GetFunctionConfiguration'],
  describe: (step) => `PutFunctionConcurrency 0 for ${names(step).join(', ')} in ${step.region}`,
  complete: async (step, ground) => {
    const found = await functions(step, ground)
    const now = new Set(await Promise.all(names(step).map((name) => found.concurrency(name))))
    const [value] = now
    if (now.size === 1 && value !== 0) return { ...step, target: { ...step.target, reserved: String(value ?? 'none') } }
    const what = now.has(0) ? 'is off already' : 'do not reserve the same, so nobody could bring back what was'
    throw new DrError('NotNormal', 3, `${names(step).join(', ')} in ${step.region} ${what}`, 'see: dr status')
  },
  observe: async (step, ground) => {
    const found = await functions(step, ground)
    const now = await Promise.all(names(step).map((name) => found.concurrency(name)))
    if (now.every((value) => value === reserved(step))) return 'normal'
    return now.some((value) => value === 0) ? 'injected' : 'unknown'
  },
  inject: async (step, ground) => {
    const found = await functions(step, ground)
    for (const name of names(step)) await found.reserve(name, 0)
    return `${names(step).join(', ')} in ${step.region} may not run`
  },
  restore: async (step, ground) => {
    const found = await functions(step, ground)
    const before = reserved(step)
    const changed: string[] = []
    for (const name of names(step)) {
      if ((await found.concurrency(name)) === before) continue
      await found.reserve(name, before)
      changed.push(name)
    }
    return changed.length > 0
      ? `${changed.join(', ')} may run again`
      : 'all functions may run, there was nothing to undo'
  },
}
