// The templates with drills that watch for seconds instead of minutes, for tests to which only their course counts.
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { templatesFolder } from '../requirements/templates.ts'

/**
 * A copy of the templates whose drills of these systems are hasty; `every` is the time between two operations of all
 * probes, that of the files where it is left out.
 */
export function hasty(systems: Iterable<string>, { every }: { every?: string } = { every: '5s' }): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'dr-test-')), 'cfn')
  cpSync(templatesFolder, folder, { recursive: true })
  for (const system of new Set(systems)) {
    const own = join(folder, 'systems', system, 'drills')
    for (const name of readdirSync(own)) {
      const text = readFileSync(join(own, name), 'utf8').replace(/^steady: .*$/m, 'steady: 20s')
      const slow = text.replaceAll(/^ +every: .*\n/gm, '').replaceAll(/^( +)(kind: .*)$/gm, `$1$2\n$1every: ${every}`)
      writeFileSync(join(own, name), every === undefined ? text : slow)
    }
  }
  return folder
}
