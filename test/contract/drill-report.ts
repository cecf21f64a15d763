// The public form of a drill's report.json, as a schema: version 1.
import { z } from 'zod'
import { phases } from '../../src/lib/drill/journal.ts'
import { modes, scenarios } from '../../src/lib/drill/drill.ts'

const text = z.string()
const count = z.int().nonnegative()
const ms = z.number()
const moment = z.int().positive().describe('ms since the epoch')
const verdict = z.enum(['pass', 'fail', 'inconclusive', 'not-tested'])
const phase = z.enum(phases)
const bounds = z
  .strictObject({ from: ms, to: ms.nullable().describe('null: no end was seen') })
  .describe('where the truth lies, ms')

const operation = z.strictObject({
  sequence: count,
  sent: ms.describe('ms after the fault'),
  ended: ms.describe('ms after the fault'),
  outcome: z.enum(['ok', 'fail', 'unknown']).describe('acknowledged, certainly not done, or without an answer'),
})
const numbers = z.array(count)
const loss = z.strictObject({
  acknowledged: count,
  unknown: numbers.describe('without an answer: counted neither as lost nor as kept'),
  lost: numbers.describe('acknowledged, and not there when they were looked for'),
  delayed: numbers.describe('of the lost ones, those that came later'),
  recoverable: numbers.describe('of the lost ones, those in a snapshot'),
  lostForGood: numbers,
  prefixEnd: count.optional().describe('the last write before the first lost one'),
  lastSurvivor: count.optional(),
  bounds,
})

/** What `report.json` holds. New fields may come within a version; none goes, and none changes its meaning. */
export const drillReport = z.strictObject({
  version: z.literal(1),
  id: text,
  title: text,
  system: text,
  suffix: text,
  scenario: z.enum(scenarios),
  mode: z.enum(modes).optional(),
  class: z.enum(['L0', 'L1', 'L2', 'L3', 'L4']).describe('from looking alone to losing data'),
  simulated: z.boolean().describe('true: nothing was measured on AWS'),
  account: z.string().regex(/^····\d{0,4}$/),
  regions: z.array(text),
  software: text,
  release: text,
  plan: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('sha256 of the plan, with which the journal begins'),
  by: text,
  approvedBy: text.optional(),
  approvedAt: moment.optional(),
  started: moment,
  injected: moment.optional().describe('when the call that injects returned; missing where nothing was injected'),
  ended: moment,
  objectives: z.array(
    z.strictObject({
      name: z.enum(['RTO', 'RPO']),
      probe: text,
      source: text,
      verdict,
      objective: ms.describe('ms'),
      bounds: bounds.optional(),
      because: text.optional(),
    }),
  ),
  parts: z.array(z.strictObject({ name: text, ms })).describe('of the recovery time, in order'),
  pooled: z
    .array(
      z.strictObject({
        probe: text,
        beside: text,
        longer: bounds.optional().describe('ms; below 0: pooled connections were back sooner'),
        because: text.optional(),
      }),
    )
    .describe('probes over pooled connections against the ones beside them over fresh connections'),
  phases: z.array(z.strictObject({ phase, from: moment, to: moment })),
  probes: z.array(
    z.strictObject({
      name: text,
      tells: z.literal('switch').optional().describe('what it watches, where that is no outage'),
      operations: z.array(operation),
      loss: loss.optional(),
      lags: z.array(z.strictObject({ at: ms.describe('ms after the fault'), lag: ms })),
    }),
  ),
  checks: z.array(z.strictObject({ phase, name: text, verdict, detail: text })),
  guards: z.array(
    z.strictObject({
      name: text,
      armed: z.boolean().describe('it could have stopped the drill'),
      tripped: z.boolean(),
      detail: text,
    }),
  ),
  timeline: z.array(z.strictObject({ at: moment, phase, what: text })),
  restored: z.boolean().describe('all that was injected is undone, and that was seen'),
  turnedBack: text.optional(),
  interrupted: z.boolean().optional().describe('turned back by a person or a signal'),
  notProven: z.array(text).min(1),
  actions: z.array(text).describe('what a person must do'),
})
