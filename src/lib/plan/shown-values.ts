// How values from templates are shown in a plan: short, without account ids, and honest about what is not known yet.
import type { Value } from '../model.ts'
import { withoutAccount } from '../names.ts'
import { knownAfterApply } from './wanted.ts'

/** What NoEcho parameters are shown as. */
export const hidden = '(hidden)'

/** More of a value than this is never shown. */
const longest = 300

/** What a token names, without stage and role: `data.primary/Documents/Bucket.Arn` → `Documents/Bucket.Arn`. */
const local = (source: string): string => source.slice(source.indexOf('/') + 1)

/**
 * The text of a value.
 * @param exists whether the source of a value that only creation tells exists already
 */
export function shownValue(value: Value, account: string, exists: (source: string) => boolean): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const readable = text
    .replaceAll(/«([^«»]*)»/g, (_, source: string) =>
      source.startsWith('NoEcho ') ? hidden : exists(source) ? local(source) : knownAfterApply,
    )
    .replaceAll(/\b(functions|cfn)\/([0-9a-f]{8})[0-9a-f]{56}\.(zip|json)\b/g, '$1/$2….$3')
  const masked = withoutAccount(readable, account)
  return masked.length > longest ? `${masked.slice(0, longest - 1)}…` : masked
}
