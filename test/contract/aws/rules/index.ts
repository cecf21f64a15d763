// All contracts.
import type { Rule } from '../rule.ts'
import { objects } from './objects.ts'
import { stackSets } from './stack-sets.ts'
import { stacks } from './stacks.ts'

export const rules: readonly Rule[] = [...objects, ...stacks, ...stackSets]
