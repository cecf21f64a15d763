// The Rules section of the shipped templates: what is compared there is text, also of a parameter of type Number.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadTemplate } from '../../src/lib/templates/load.ts'

const cfn = fileURLToPath(new URL('../../cfn', import.meta.url))
const files = readdirSync(cfn, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'))

/** Operands of comparisons that are neither text nor an expression, at any depth. */
function bare(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(bare)
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const operands = /^Fn::(Equals|Contains|EachMemberEquals)$/.test(key) ? [item].flat(2) : []
    return [...operands.filter((it) => typeof it === 'number' || typeof it === 'boolean'), ...bare(item)]
  })
}

test.each(files.filter((file) => !file.endsWith('system.yaml') && !file.includes('drills')))(
  '%s compares texts',
  (file) => {
    const { Rules = {} } = loadTemplate(join(cfn, file)).body as { Rules?: object }
    expect(bare(Rules)).toEqual([])
  },
)
