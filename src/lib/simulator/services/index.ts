// All simulated services: which command is answered by what.
import type { Answers } from '../answer.ts'
import { answers as changes } from './cloudformation-changes.ts'
import { answers as stacks } from './cloudformation-stacks.ts'

export const answers: Answers = { ...stacks, ...changes }
