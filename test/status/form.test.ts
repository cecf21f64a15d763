// `dr status --json` keeps a published form, whatever it has to tell.
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { schemaVersion } from '../../src/lib/views/ndjson.ts'
import { judge } from '../../src/lib/status/verdict.ts'
import { known, notLookedAt, type Observation } from '../../src/lib/status/observation.ts'
import { but, now, silent, well } from './sample.ts'
import { form } from './form.ts'

const told = (it: Observation): unknown => {
  const heading = {
    verb: 'status',
    system: it.system,
    suffix: it.suffix,
    account: '····0000',
    regions: [],
    simulated: true,
  }
  const rest = { observation: it, release: undefined, outputs: {}, missing: [] }
  return JSON.parse(
    JSON.stringify({ schema: schemaVersion, kind: 'status', ...heading, ...judge(it), ...rest }),
  ) as unknown
}

const situations: Record<string, Observation> = {
  'all well': well,
  'primary silent': silent(),
  'nothing deployed': but({ deployed: false }),
  'not looked at': but({ drift: notLookedAt, drills: notLookedAt }),
  'a drill': but({ work: known({ verb: 'failover-test', by: 'ann', since: now, dead: false }, now) }),
}

test.each(Object.entries(situations))('the form is kept with %s', (_name, it) => {
  expect(form.safeParse(told(it)).error?.issues ?? []).toEqual([])
})

test('a line that breaks the form is noticed', () => {
  const good = told(well) as object
  expect(form.safeParse({ ...good, extra: 1 }).success).toBe(false)
  expect(form.safeParse({ ...good, answer: 'perhaps' }).success).toBe(false)
  expect(form.safeParse({ ...good, exit: 1 }).success).toBe(false)
})

test('the form is published as a JSON schema', async () => {
  const schema = { title: 'dr status --json', ...z.toJSONSchema(form) }
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
    join(resolve('docs'), 'status.schema.json'),
  )
})
