// A drill that is over is not gone on with: neither one that ended well, nor one whose environment was destroyed.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DrError } from '../../src/lib/core/errors.ts'
import type { Report } from '../../src/lib/core/events.ts'
import { drillPrefix } from '../../src/lib/drill/record.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { bury } from '../simulation/crash.ts'
import { type Birth, type Life, live, type Work } from '../simulation/life.ts'
import { firstLife } from '../systems/lifetime.ts'
import { hasty } from './hasty.ts'

const system = 'payments'
const region = { scenario: 'region', mode: 'ungraceful' }
let templates: string
let deployed: Account
beforeAll(async () => {
  templates = hasty([system])
  deployed = await firstLife(system, { scale: 'small', templates })
})
beforeEach(inEmptyFolder)

const does = (it: Account, verb: Work, birth: Birth = {}): Life =>
  live(it.simulator, verb, { system, scale: 'small', templates, 'create-secret': true }, birth)
const drill = (it: Account, birth: Birth = {}): Life => does(it, 'failover-test', { drill: region, ...birth })
const resume = (it: Account, id: string): Life => drill(it, { drill: { ...region, resume: id } })
const report = async ({ end }: Life): Promise<Partial<Report>> => {
  const how = await end
  if (how === 'died' || 'error' in how) return expect.unreachable(how === 'died' ? how : how.error.message)
  return how.report
}
const refusal = async (life: Life): Promise<Pick<DrError, 'exit' | 'message' | 'hint'>> => {
  const how = await life.end
  expect(life.changes).toEqual([])
  if (how === 'died' || !('error' in how)) return expect.unreachable(JSON.stringify(how))
  return how.error as DrError
}
const idOf = ({ events }: Life): string =>
  events.flatMap((event) => (event.kind === 'drill-planned' ? event.drill : []))[0] ?? expect.unreachable('no drill')

/** A drill whose run died right after it injected: it holds the environment. This machine's journal is a line ahead. */
async function held(): Promise<{ it: Account; id: string }> {
  const whole = drill(copyOf(deployed))
  expect((await report(whole)).exit).toBe(0)
  const injected = whole.changes.findIndex((change) => change.startsWith('PutFunctionConcurrency'))
  const at = whole.changes.findIndex((change, index) => index > injected && change.includes('journal.jsonl')) + 1
  inEmptyFolder()
  const it = copyOf(deployed)
  const first = drill(it, { death: { at, when: 'before' } })
  expect(await first.end).toBe('died')
  bury(it.simulator)
  expect(await report(does(it, 'status'))).toMatchObject({ exit: 10 })
  return { it, id: idOf(first) }
}

describe('a drill whose environment was destroyed', () => {
  test.each(['this machine', 'another machine'])('has ended, also where %s destroyed it', async (where) => {
    const { it, id } = await held()
    const journal = join('.dr', 'drills', id, 'journal.jsonl')
    if (where === 'another machine') renameSync('.dr', 'here')
    expect(await report(does(it, 'destroy'))).toMatchObject({ exit: 0 })
    expect(existsSync(journal)).toBe(where === 'this machine')
    if (existsSync(journal)) expect(readFileSync(journal, 'utf8')).toContain('"kind":"closed"')
    else cpSync('here', '.dr', { recursive: true })
    const ended = { exit: 2, message: `drill ${id} has ended: the environment was destroyed; nothing was changed` }
    expect(await refusal(resume(it, id))).toMatchObject(ended)
    expect(await report(does(it, 'deploy'))).toMatchObject({ exit: 0 })
    expect((await report(does(it, 'status'))).verdict).toMatch(/can fail over/)
    expect(await refusal(resume(it, id))).toMatchObject(ended)
    expect(await report(drill(it))).toMatchObject({ exit: 0 })
  })

  test('ends with the records of the environment, whose removal a run that died there goes on with', async () => {
    const { it, id } = await held()
    const whole = does(copyOf(it), 'destroy')
    expect(await report(whole)).toMatchObject({ exit: 0 })
    const at = whole.changes.findIndex((change) => change.includes(`${id}/journal.jsonl`)) + 1
    expect(await does(it, 'destroy', { death: { at, when: 'before' } }).end).toBe('died')
    bury(it.simulator)
    expect(await report(does(it, 'destroy'))).toMatchObject({ exit: 0 })
    expect((await refusal(resume(it, id))).message).toContain('has ended: the environment was destroyed')
  })
})

test('a drill is not gone on with where nothing is deployed', async () => {
  const { it, id } = await held()
  const { aws, home, buckets } = await it.target({ system })
  const names = ['plan.json', 'journal.jsonl']
  const keys = names.map((name) => `${drillPrefix(system, 'pr123', id)}${name}`)
  const texts = await Promise.all(
    keys.map(async (key) => (await aws.objects(home).get(buckets[home] ?? '', key))?.text),
  )
  expect(await report(does(it, 'destroy'))).toMatchObject({ exit: 0 })
  // As an older dr left it.
  rmSync('.dr', { recursive: true })
  for (const [index, key] of keys.entries()) await aws.objects(home).put(buckets[home] ?? '', key, texts[index] ?? '')
  expect(await refusal(resume(it, id))).toMatchObject({
    exit: 8,
    message: 'nothing of payments · pr123 is deployed',
    hint: 'deploy it first',
  })
})

describe('a drill that has ended with everything restored', () => {
  test('is not gone on with, and says where its report is', async () => {
    const it = copyOf(deployed)
    const first = drill(it)
    expect(await report(first)).toMatchObject({ exit: 0 })
    const id = idOf(first)
    const ended = { exit: 2, message: `drill ${id} has ended with everything restored; nothing was changed` }
    expect(await refusal(resume(it, id))).toMatchObject({ ...ended, hint: expect.stringContaining('dr-evidence/') })
    inEmptyFolder()
    expect(await refusal(resume(it, id))).toMatchObject({ ...ended, hint: expect.stringContaining(`/${id}/`) })
  })

  test('is gone on with where its report is not kept, though the manifest names an empty file beside it', async () => {
    const it = copyOf(deployed)
    const first = drill(it)
    expect(await report(first)).toMatchObject({ exit: 0 })
    const { aws, home, buckets } = await it.target({ system })
    const [objects, bucket, prefix] = [
      aws.objects(home),
      buckets[home] ?? '',
      drillPrefix(system, 'pr123', idOf(first)),
    ]
    const kept = await objects.versions(bucket, `${prefix}report.json`)
    await objects.deleteVersions(bucket, kept)
    const empty = createHash('sha256').update('').digest('hex')
    await objects.put(bucket, `${prefix}manifest.sha256`, `${empty}  probes/rows.jsonl\n`)
    expect(await report(resume(it, idOf(first)))).toMatchObject({ drill: { restored: true } })
  })

  test('after it was resumed is not gone on with a second time', async () => {
    const { it, id } = await held()
    expect(await report(resume(it, id))).toMatchObject({ exit: 5, drill: { restored: true } })
    expect(await refusal(resume(it, id))).toMatchObject({ exit: 2 })
  })
})
