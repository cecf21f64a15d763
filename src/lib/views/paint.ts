// Colours, if any: they add to the words and never carry the meaning.
import { Chalk, type ChalkInstance } from 'chalk'

export interface Paint {
  good(text: string): string
  bad(text: string): string
  strong(text: string): string
  dim(text: string): string
  warn(text: string): string
}

/** With or without colour codes. */
export function paint(colour: boolean): Paint {
  const chalk: ChalkInstance = new Chalk({ level: colour ? 1 : 0 })
  return { good: chalk.green, bad: chalk.red, strong: chalk.bold, dim: chalk.dim, warn: chalk.yellow }
}
