// The first line of every screen: what runs, on what, where, in whose account, and whether it is simulated.
import type { Paint } from './paint.ts'
import { route, spread } from '../core/words.ts'

export interface Heading {
  verb: string
  system: string
  suffix: string
  account: string
  regions: string[]
  simulated: boolean
}

/** Pure text of at most `width` columns where the names allow it. */
export function head(it: Heading, paint: Paint, width: number): string {
  const name = it.suffix ? `${it.system} · ${it.suffix}` : it.system
  const where = [it.simulated ? 'simulated' : `account ${it.account}`, route(it.regions)].filter(Boolean).join(' · ')
  const text = spread(`${`dr ${it.verb}`.padEnd(11)} ${name}`, where, width)
  const mark = text.indexOf('simulated')
  const bold = paint.strong(`dr ${it.verb}`)
  const rest = text.slice(`dr ${it.verb}`.length)
  if (!it.simulated || mark < 0) return bold + rest
  return bold + rest.replace('simulated', paint.warn('simulated'))
}
