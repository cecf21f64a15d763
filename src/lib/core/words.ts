// How times, counts and places are worded, the same on every screen.

/** Seconds as people read them: `4s`, `2m31s`, `1h05m`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole}s`
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  return h > 0 ? `${h}h${String(m).padStart(2, '0')}m` : `${m}m${String(s).padStart(2, '0')}s`
}

/** Milliseconds where they count: `850 ms`, `41.2 s`, `6m41s`. */
export function span(ms: number): string {
  if (!Number.isFinite(ms)) return 'no end seen'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : duration(ms / 1000)
}

/** `about 17 min`: an estimate is never worded to the second. */
export const roughly = (seconds: number): string =>
  seconds < 90 ? duration(seconds) : `${Math.round(seconds / 60)} min`

/** Time since a start as `00:02:31`. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const part = (value: number): string => String(value).padStart(2, '0')
  return `${part(Math.floor(seconds / 3600))}:${part(Math.floor((seconds % 3600) / 60))}:${part(seconds % 60)}`
}

/** `1 stage`, `4 stages`. */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

/** Bytes as people read them. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, count > 0 ? Math.floor(Math.log10(count) / 3) : 0)
  return `${(count / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

/** A resource's path as people read it: `Documents › ReplicationRole`. */
export const crumbs = (path: string[]): string => path.join(' › ')

/** `us-east-1 → us-west-2`. */
export const route = (regions: string[]): string => regions.join(' → ')

/** Left and right text on one line of `width`; the right one gives way when there is no room. */
export function spread(left: string, right: string, width: number): string {
  const gap = width - left.length - right.length
  return gap >= 1 ? left + ' '.repeat(gap) + right : `${left}  ${right}`
}

/** Breaks a text at blanks so that no line is longer than `width`; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(/ +/)) {
      if (line && line.length + 1 + word.length > width) {
        lines.push(line)
        line = word
      } else line = line ? `${line} ${word}` : word
    }
    lines.push(line)
  }
  return lines
}

/** Breaks a command as `wrap` does, so that what is copied is one command still; `lead` is said before it. */
export function wrapCommand(lead: string, command: string, width: number): string[] {
  const whole = lead === '' ? command : `${lead} ${command}`
  const mark = ' \\'
  if (whole.length <= width) return [whole]
  const [lines, said] = [whole, lead].map((text) => wrap(text, width - mark.length)) as [string[], string[]]
  // A line that holds nothing but the lead is not for a shell.
  return lines.map((line, at) => (at + 1 < lines.length && line !== said[at] ? line + mark : line))
}

/** Breaks what a person does; where that ends in a command of `aws` or `dr`, so that it can be copied. */
export function wrapAdvice(text: string, width: number): string[] {
  const [, lead = '', command] = /^(?:(.*[:;]) )?((?:aws|dr) (?!.*[,;] ).*)$/s.exec(text) ?? []
  return command === undefined ? wrap(text, width) : wrapCommand(lead, command, width)
}
