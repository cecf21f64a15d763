// What can go wrong in the simulated cloud, as data: which call or resource it meets, when, and how often.
import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { z } from 'zod'

import { DrError } from '../lib/core/errors.ts'
import type { Moment } from './answer.ts'

/** Seconds are virtual; `after` and `for` count from the first time that the simulator saw the fault. */
const when = {
  region: z.string().optional(),
  after: z.number().nonnegative().optional(),
  for: z.number().positive().optional(),
  /** Acts this many times and then no more. */
  times: z.int().positive().optional(),
  /** Acts on each n-th occasion only. */
  every: z.int().positive().optional(),
}
/** A command without its suffix, e.g. `DescribeStacks`. */
const call = { ...when, command: z.string().optional() }
/** `stage` is that of a stack set `dr-<system>-<stage>-<suffix>`. */
const resource = {
  ...when,
  type: z.string().optional(),
  logicalId: z.string().optional(),
  stage: z.string().optional(),
  action: z.enum(['create', 'update', 'delete', 'rollback']).optional(),
}

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('resource-fails'), reason: z.string().min(1), ...resource }),
  /**
   * A hook, or (named AWS::EarlyValidation::…) a check before the deployment, refuses a resource: the stack's events
   * name the check, DescribeEvents tells the reason.
   */
  z.strictObject({
    kind: z.literal('check-fails'),
    ...resource,
    check: z.string().min(1),
    path: z.string().optional(),
    reason: z.string().min(1),
    logicalId: z.string(),
  }),
  z.strictObject({ kind: z.literal('slow'), factor: z.number().positive(), ...resource }),
  z.strictObject({ kind: z.literal('stuck'), ...resource }),
  z.strictObject({ kind: z.literal('throttle'), ...call }),
  z.strictObject({ kind: z.literal('server-error'), ...call }),
  /** The connection breaks before the call has an effect. */
  z.strictObject({ kind: z.literal('reset'), ...call }),
  /** The connection breaks after the call took effect. */
  z.strictObject({ kind: z.literal('lost-answer'), ...call }),
  z.strictObject({ kind: z.literal('region-gone'), ...when, region: z.string() }),
  z.strictObject({ kind: z.literal('region-not-enabled'), ...when, region: z.string() }),
  z.strictObject({ kind: z.literal('denied'), ...call }),
  /** A read answers what it answered before, for this long. */
  z.strictObject({ kind: z.literal('stale'), seconds: z.number().positive(), ...call, command: z.string() }),
  /** An operation of a stack set waits this long before it runs. */
  z.strictObject({ kind: z.literal('queued'), seconds: z.number().positive(), ...call }),
  z.strictObject({ kind: z.literal('expired-credentials'), ...call }),
  z.strictObject({ kind: z.literal('no-credentials'), ...call }),
])

export type Fault = z.infer<typeof fault>
type FaultKind = Fault['kind']

/** What happens to a resource; `rollback` takes back a change. */
export type Action = 'create' | 'update' | 'delete' | 'rollback'

/** What a fault could meet: a call, or a step of a resource. */
export interface Occasion {
  region?: string
  command?: string
  type?: string
  logicalId?: string
  stage?: string
  action?: Action
}

/** A resource that fails does so when created or updated; its deletion or rollback only where the fault says so. */
const matches = (fault: Fault, occasion: Occasion): boolean =>
  !(
    fault.kind.endsWith('-fails') &&
    !('action' in fault && fault.action) &&
    /delete|rollback/.test(occasion.action ?? '')
  ) &&
  (['region', 'command', 'type', 'logicalId', 'stage', 'action'] as const).every((key) => {
    const wanted = (fault as Occasion)[key]
    return wanted === undefined || wanted === occasion[key]
  })

/** The first fault of that kind that acts on this occasion; counts it in the cloud. */
export function strike<K extends FaultKind>(
  { cloud, faults }: Moment,
  kind: K,
  occasion: Occasion,
): Extract<Fault, { kind: K }> | undefined {
  for (const fault of faults) {
    if (fault.kind !== kind || !matches(fault, occasion)) continue
    const tally = (cloud.faults[JSON.stringify(fault)] ??= { since: cloud.now, met: 0, acted: 0 })
    const age = (cloud.now - tally.since) / 1000
    if (age < (fault.after ?? 0) || age >= (fault.after ?? 0) + (fault.for ?? Infinity)) continue
    tally.met += 1
    if (tally.met % (fault.every ?? 1) !== 0 || tally.acted >= (fault.times ?? Infinity)) continue
    tally.acted += 1
    return fault as Extract<Fault, { kind: K }>
  }
  return undefined
}

/** Reads `--local-faults FILE`: a list of faults in YAML or JSON. Throws DrError (exit 2) that names file and place. */
export function readFaults(file: string): Fault[] {
  const hint = 'see docs of --local-faults: a list of faults, each with a "kind"'
  let content: unknown
  try {
    content = load(readFileSync(file, 'utf8'))
  } catch (error) {
    const why = (error as Error).message.split('\n')[0] ?? ''
    throw new DrError('BadFaults', 2, `cannot read the faults in ${file}: ${why}`, hint, { cause: error })
  }
  const parsed = z.array(fault).safeParse(content)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.join('.') || 'the file'
  throw new DrError('BadFaults', 2, `${file}: ${path}: ${issue?.message ?? 'not a list of faults'}`, hint)
}
