// docs/evidence.tsv: what each rule showed on each target, and when.
import { readFileSync, writeFileSync } from 'node:fs'
import { whyOf } from './report.ts'
import type { Shown } from './run.ts'

export interface Entry {
  rule: string
  target: string
  outcome: string
  /** The day, as 2026-11-30. */
  date: string
  /** Why it did not hold; else empty. */
  why: string
}

const path = new URL('../../../docs/evidence.tsv', import.meta.url)
const header = ['rule', 'target', 'outcome', 'date', 'why']

/** Throws where a line has not the form of the ledger. */
export function readLedger(text = readFileSync(path, 'utf8')): Entry[] {
  const [first, ...lines] = text.split('\n').filter((line) => line !== '')
  if (first !== header.join('\t')) throw new Error(`the ledger must begin with: ${header.join(' ')}`)
  return lines.map((line) => {
    const fields = line.split('\t')
    if (fields.length < 4 || fields.length > header.length) throw new Error(`not a line of the ledger: ${line}`)
    const [rule = '', target = '', outcome = '', date = '', why = ''] = fields
    return { rule, target, outcome, date, why }
  })
}

/** One line of text: names of the run, the account and other ids say nothing a day later. */
const lasting = (why: string): string =>
  why
    .replaceAll(/dr-contract-[0-9a-z]+-([a-z]+)-\d+/g, 'dr-contract-*-$1')
    .replaceAll(/\b\d{12}\b/g, '<account>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300)

/** The ledger with what a target showed on a day; all other lines stay. */
export function withShown(entries: readonly Entry[], shown: readonly Shown[], target: string, date: string): Entry[] {
  const fresh = shown.map(({ rule, outcome }): Entry => {
    return { rule: rule.id, target, outcome: outcome.outcome, date, why: lasting(whyOf(outcome)) }
  })
  const isFresh = ({ rule, target }: Entry): boolean => fresh.some((one) => one.rule === rule && one.target === target)
  return [...entries.filter((one) => !isFresh(one)), ...fresh]
}

const orderOf = ({ rule, target }: Entry): string => `${rule}\t${target}`

/** The text of a ledger, in an order that does not depend on when its lines were written. */
export function textOf(entries: readonly Entry[]): string {
  const lines = entries
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    .map(({ rule, target, outcome, date, why }) => [rule, target, outcome, date, ...(why ? [why] : [])].join('\t'))
  return `${[header.join('\t'), ...lines].join('\n')}\n`
}

export const writeLedger = (entries: readonly Entry[]): void => writeFileSync(path, textOf(entries))
