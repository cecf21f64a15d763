// The public form of `dr status --json`, version 1, as a schema. Fields may come within a version; none goes.
import { z } from 'zod'
import { schemaVersion } from '../../src/lib/views/ndjson.ts'

const text = z.string()
const at = z.number().describe('ms since the epoch')
const seconds = z.number().nonnegative()
const fact = <T extends z.ZodType>(value: T) =>
  z.union([
    z.strictObject({ value: value.optional(), at: at.describe('when it was so, ms since the epoch') }),
    z.strictObject({
      unknown: text.describe('why'),
      looked: z.boolean().describe('false: nobody looked'),
      silent: text.describe('the region whose silence is the reason').optional(),
      stopped: z.literal(true).describe('it was published, and is published no more').optional(),
      last: z.strictObject({ value, at }).optional(),
    }),
  ])

const observation = z.strictObject({
  at,
  system: text,
  suffix: text,
  simulated: z.literal(true).optional(),
  objectives: z.strictObject({ rtoSeconds: seconds, rpoSeconds: seconds }),
  regions: z.array(
    z.strictObject({
      region: text,
      answered: z.boolean(),
      unasked: z.literal(true).optional(),
      alarms: fact(z.strictObject({ firing: z.array(text), total: z.int() })),
      quotas: fact(z.array(z.strictObject({ name: text, headroom: z.number() }))),
    }),
  ),
  deployed: z.boolean().optional(),
  instances: z.array(z.strictObject({ stage: text, region: text, status: text, stack: text, good: z.boolean() })),
  operations: z.array(z.strictObject({ stage: text, id: text, action: text, status: text, since: at })),
  drift: fact(z.strictObject({ stacks: z.int(), drifted: z.array(text), unchecked: z.array(text) })),
  roles: z.array(
    z.strictObject({
      kind: z.enum(['writer', 'dns', 'bus']),
      name: text,
      expected: text.optional(),
      actual: fact(
        z.strictObject({
          places: z.array(text),
          state: text,
          good: z.boolean(),
          moving: text.optional(),
          ill: text.optional(),
          unhealthy: z.literal(true).describe('its health check says so').optional(),
          mend: text.describe('what to type where it is not good').optional(),
        }),
      ),
    }),
  ),
  standbys: z.array(
    z.strictObject({
      name: text,
      place: text,
      now: fact(z.strictObject({ state: text, usable: z.boolean(), mend: text.optional() })),
    }),
  ),
  lags: z.array(
    z.strictObject({
      name: text,
      lag: fact(z.strictObject({ seconds, p99: seconds.optional(), idle: z.boolean().optional() })),
    }),
  ),
  secrets: z.array(
    z.strictObject({
      name: text,
      region: text,
      now: fact(z.strictObject({ state: text, fault: text.optional(), mend: text.optional() })),
    }),
  ),
  backup: fact(
    z.strictObject({
      taken: at,
      lacking: z.array(text),
      copies: z.boolean(),
      copied: at.optional(),
      tested: at.optional(),
    }),
  ),
  drills: fact(
    z.array(
      z.strictObject({
        scenario: text,
        passed: z.boolean(),
        result: text,
        at,
        rtoSeconds: seconds.optional(),
        lost: text.optional(),
      }),
    ),
  ),
  leftovers: fact(z.array(z.strictObject({ what: text, mend: text }))),
  work: fact(z.strictObject({ verb: text, by: text, since: at, dead: z.boolean(), drill: text.optional() })),
  untold: z.array(text).describe('outputs that nobody tells since a region is silent').optional(),
  troubles: z.array(text).optional(),
  commands: z.record(text, text),
  handovers: z.record(text, text).optional(),
})

/** What `dr status --suffix … --json` writes: one object on one line. */
export const form = z.strictObject({
  schema: z.literal(schemaVersion),
  kind: z.literal('status'),
  verb: z.literal('status'),
  system: text,
  suffix: text,
  account: z.string().regex(/^····\d{0,4}$/),
  regions: z.array(text),
  simulated: z.boolean(),
  answer: z.enum(['yes', 'no', 'unknown', 'busy', 'nothing']),
  exit: z.literal([0, 7, 8, 9, 10]),
  verdict: text.describe('one sentence'),
  from: text,
  to: text.describe('region or zone that would take over; empty where none is known'),
  mode: z.enum(['graceful or ungraceful', 'ungraceful only', 'between zones']),
  loss: z
    .strictObject({ seconds, at, least: z.literal(true).describe('another lag is not known').optional() })
    .optional(),
  provenRto: z.strictObject({ seconds, at }).optional(),
  command: text.describe('what to type to fail over; empty where there is nothing to type'),
  lossyCommand: text.describe('what to type where the other region is lost; may lose data').optional(),
  findings: z.array(
    z.strictObject({ level: z.enum(['blocker', 'unknown', 'warning']), rule: text, what: text, mend: text }),
  ),
  observation,
  release: z.looseObject({ id: text, at: text, by: text }).optional(),
  outputs: z.record(text, text),
  missing: z.array(text),
})
