// Findings as pure text: file, line and column first, so that editors and terminals link them.
import { relative } from 'node:path'
import type { Paint } from './paint.ts'
import { plural, route, wrap } from '../core/words.ts'
import type { Validated } from '../load/validate.ts'

/** A path as seen from here, when that is shorter. */
const near = (file: string): string => {
  const here = relative('', file)
  return here.length < file.length ? here : file
}

/** One block per system: the verdict, then each finding with its way out. */
export function findingsText({ systems }: Validated, paint: Paint, width: number): string {
  return systems
    .map(({ name, regions, stages, findings }) => {
      const what = `${name} · ${plural(stages, 'stage')} · ${route(regions)}`
      if (findings.length === 0) return ` ${paint.good('✔')} ${what} · no findings`
      const blocks = findings.flatMap(({ rule, severity, message, position, fix, way, requirements }) => {
        const ids = requirements.length > 0 ? ` · ${requirements.join(', ')}` : ''
        return [
          `   ${near(position.file)}:${position.line}:${position.column}  ${severity} ${rule}${ids}`,
          ...wrap(message, width - 5).map((line) => `     ${line}`),
          ...wrap(way ?? fix, width - 14).map((line, at) => `     ${(at === 0 ? 'mend' : '').padEnd(9)}${line}`),
        ]
      })
      return [` ${paint.bad('✖')} ${what} · ${plural(findings.length, 'finding')}`, '', ...blocks].join('\n')
    })
    .join('\n')
}
