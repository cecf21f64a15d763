// The public contract of `--json`, as a schema: version 1 of the events and of the report.
import { z } from 'zod'
import { exitCodes } from '../../src/lib/core/errors.ts'
import { schemaVersion } from '../../src/lib/views/ndjson.ts'

const text = z.string()
const count = z.int().nonnegative()
const role = z.enum(['primary', 'failover', 'standalone'])
const change = z.enum(['none', 'create', 'update', 'delete', 'unknown'])
const outcome = z.enum(['succeeded', 'unchanged', 'failed', 'skipped', 'interrupted'])
const masked = z.string().regex(/^····\d{0,4}$/)
const exit = z.literal(Object.keys(exitCodes).map(Number))

const cause = z.strictObject({
  stage: text,
  region: text,
  account: masked,
  path: z.array(text).describe('logical ids from the root stack down; empty when the operation itself failed'),
  type: text,
  reason: text,
  code: text.describe("the handler's or service's own code; empty where AWS gave none"),
  cancelled: count.describe('resources that only failed because of this one'),
  unread: z.array(text).describe('stacks whose events could not be read: the true cause may be in one of them'),
})

const drillClass = z.enum(['L0', 'L1', 'L2', 'L3', 'L4']).describe('from looking alone to losing data')
const verdict = z.enum(['pass', 'fail', 'inconclusive', 'not-tested'])
const drill = z.strictObject({
  id: text,
  title: text,
  scenario: text,
  mode: text.optional(),
  class: drillClass,
  restored: z.boolean().describe('all that was injected is undone, and that was seen'),
  turnedBack: text.optional().describe('why it failed back before its end'),
  objectives: z.array(
    z.strictObject({
      name: z.enum(['RTO', 'RPO']),
      probe: text,
      verdict,
      measured: text,
      objectiveSeconds: count,
      loss: text.optional(),
    }),
  ),
  parts: z.array(z.strictObject({ name: text, seconds: count })).describe('of the recovery time, in order'),
  pooled: z
    .array(z.strictObject({ probe: text, beside: text, longer: text }))
    .describe('what clients with a pool add to the recovery time'),
  checks: z.array(z.strictObject({ phase: text, name: text, verdict, detail: text })),
  notProven: z.array(text),
  actions: z.array(text).describe('what a person must do'),
})
const report = z.strictObject({
  verb: text,
  system: text,
  suffix: text,
  account: masked,
  regions: z.array(text),
  simulated: z.boolean(),
  exit,
  verdict: text.describe('one sentence'),
  stages: z.array(z.strictObject({ name: text, outcome, seconds: count, message: text })),
  instances: z.array(z.strictObject({ stage: text, region: text, state: text, good: z.boolean() })),
  causes: z.array(cause),
  seconds: count,
  usualSeconds: count,
  next: z.array(text).describe('commands that people want next, most useful first'),
  files: z.array(text),
  calls: z.strictObject({ reading: count, mutating: count }),
  drill: drill.optional().describe('of a failover-test'),
})

const head = { schema: z.literal(schemaVersion), time: z.iso.datetime() }
const stage = { stage: text }
const place = { stage: text, region: text }
const phase = { phase: text, step: text.optional() }
const ended = z.enum(['done', 'failed'])
const plannedStage = z.strictObject({
  name: text,
  title: text,
  needs: z.array(text),
  regions: z.array(z.strictObject({ region: text, role: role.optional(), change, resources: count })),
  notes: z.array(text).optional().describe('what it does outside of stacks, a line each'),
})
const busy = z.strictObject({ path: z.array(text), type: text, since: z.number().describe('ms since the epoch') })

/** One line of stdout. New kinds and new fields may come within a version; none goes, and none changes its meaning. */
export const line = z.discriminatedUnion('kind', [
  z.strictObject({
    ...head,
    kind: z.literal('run-started'),
    verb: text,
    system: text,
    suffix: text,
    account: masked,
    regions: z.array(text),
    simulated: z.boolean(),
    version: text,
  }),
  z.strictObject({
    ...head,
    kind: z.literal('planned'),
    stages: z.array(plannedStage),
    usualSeconds: count,
    differences: z
      .looseObject({})
      .optional()
      .describe('what changes inside each stack instance, as dr plan --format json'),
  }),
  z.strictObject({ ...head, kind: z.literal('stage-started'), ...stage }),
  z.strictObject({
    ...head,
    kind: z.literal('operation-started'),
    ...stage,
    operation: text,
    action: text,
    regions: z.array(text),
    adopted: z.boolean().describe('begun by an earlier run'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('resource'),
    ...place,
    path: z.array(text),
    type: text,
    status: text,
    reason: text,
  }),
  z.strictObject({ ...head, kind: z.literal('progress'), ...place, done: count, total: count, busy: z.array(busy) }),
  z.strictObject({
    ...head,
    kind: z.literal('instance-finished'),
    ...place,
    state: text,
    good: z.boolean(),
    seconds: count,
  }),
  z.strictObject({ ...head, kind: z.literal('waiting'), ...stage, what: text }),
  z.strictObject({ ...head, kind: z.literal('repairing'), ...place, what: text }),
  z.strictObject({ ...head, kind: z.literal('notice'), message: text }),
  z.strictObject({
    ...head,
    kind: z.literal('drill-planned'),
    drill: text,
    title: text,
    scenario: text,
    class: drillClass,
  }),
  z.strictObject({ ...head, kind: z.literal('phase-started'), ...phase }),
  z.strictObject({ ...head, kind: z.literal('phase-finished'), ...phase, outcome: ended, note: text, seconds: count }),
  z.strictObject({ ...head, kind: z.literal('stage-finished'), ...stage, outcome, message: text, seconds: count }),
  z.strictObject({ ...head, kind: z.literal('run-finished'), report }),
])
