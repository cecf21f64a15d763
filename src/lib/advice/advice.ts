// What to do about a failure: the catalogue in advice/, and the words around it.
import { access } from './access.ts'
import { cloudformation } from './cloudformation.ts'
import { compute } from './compute.ts'
import { database } from './database.ts'
import { keys } from './keys.ts'
import type { Known } from './known.ts'
import { names } from './names.ts'
import { network } from './network.ts'
import { storage } from './storage.ts'
import type { Cause, Report } from '../core/events.ts'

/** All that is known; the first match counts, so special entries come before general ones. */
export const catalogue: Known[] = [
  ...access,
  ...keys,
  ...storage,
  ...names,
  ...network,
  ...database,
  ...compute,
  ...cloudformation,
]

const subject = ({ reason, code }: Cause): string => (code ? `${reason} (${code})` : reason)

/** The entry that knows this failure, if any does. */
export const knownCause = (cause: Cause): Known | undefined => catalogue.find((it) => it.when.test(subject(cause)))

/** What to do about this cause, then on a line of its own the command that goes on. */
export function advice(cause: Cause, report: Report): string {
  const found = knownCause(cause)
  const { system, suffix, verb, simulated } = report
  const { region, stage, type } = cause
  const values: Record<string, string | undefined> = {
    region,
    stage,
    type,
    system,
    suffix,
    bootstrap: `dr bootstrap --system ${system}${simulated ? ' --local' : ''}`,
    resource: cause.path.join('/') || `stage ${stage}`,
    ...found?.when.exec(subject(cause))?.groups,
  }
  const what = found?.next.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '') ?? 'Fix the cause above.'
  const [again = `dr ${verb}`] = report.next
  return `${what}\nThen: ${again}`
}
