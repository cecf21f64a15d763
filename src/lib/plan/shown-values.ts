// How values from templates are shown in a plan: short, without account ids, and honest about what is not known yet.
import type { Value } from '../core/model.ts'
import { withoutAccount } from '../core/names.ts'
import { knownAfterApply } from './wanted.ts'

/** What NoEcho parameters are shown as. */
export const hidden = '(hidden)'

/** More of a value than this is never shown, and of what is alike on both sides no more than a few words. */
const longest = 300
const context = 24

/** What a token names, without stage and role: `data.primary/Documents/Bucket.Arn` → `Documents/Bucket.Arn`. */
const local = (source: string): string => source.slice(source.indexOf('/') + 1)

/**
 * The text of a value.
 * @param exists whether the source of a value that is known only after creation exists already
 */
export function shownValue(value: Value, account: string, exists: (source: string) => boolean): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const readable = text
    .replaceAll(/«([^«»]*)»/g, (_, source: string) =>
      source.startsWith('NoEcho ') ? hidden : exists(source) ? local(source) : knownAfterApply,
    )
    .replaceAll(/\b(functions|cfn)\/([0-9a-f]{8})[0-9a-f]{56}\.(zip|json)\b/g, '$1/$2….$3')
  return withoutAccount(readable, account).replaceAll(/\s+/g, ' ')
}

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)

/** Both sides of a difference; where long texts begin alike, they are shown from shortly before they part. */
export function parted(before: string | undefined, after: string | undefined): { before?: string; after?: string } {
  let alike = 0
  if (before !== undefined && after !== undefined && Math.max(before.length, after.length) > 4 * context)
    while (before[alike] === after[alike] && alike < before.length) alike++
  const from = Math.max(0, alike - context)
  const shown = (text: string): string => (from > 0 ? `…${cut(text.slice(from))}` : cut(text))
  return {
    ...(before === undefined ? {} : { before: shown(before) }),
    ...(after === undefined ? {} : { after: shown(after) }),
  }
}
