// The dead man's switch of a drill: a schedule of the surviving region that ends the drill when nobody does. Its runbook
// takes the drill back, or calls people where data was lost; a system without runbooks only tells.
import { createHash } from 'node:crypto'
import type { Schedule } from '../aws/schedules.ts'
import { named } from '../aws/shape.ts'
import { DrError } from '../core/errors.ts'
import type { DrillPlan, Ground, Step } from './drill.ts'
import { survivor } from './lock-mirror.ts'

/** What he does: takes the drill back, calls people and holds it, or only tells. */
type DeadManMode = 'restore' | 'alarm' | 'tell'

interface DeadMan {
  /** When he acts, ms since the epoch; Scheduler may take a minute more. */
  at: number
  mode: DeadManMode
  drill: string
}

/** Scheduler refuses the past, and a call under way takes its time, ms. */
const soonest = 60_000
/** A move by less is not worth a call, ms. */
const worth = 30_000

/** Whose dead man it is. */
type Environment = Pick<DrillPlan, 'system' | 'suffix' | 'regions'>

const groupOf = ({ system, suffix }: Environment): string => `${system}-drills-${suffix}`
const nameOf = ({ system, suffix }: Environment): string => `${system}-dead-man-${suffix}`

const deadManMode = ({ class: level }: DrillPlan, { outputs }: Pick<Ground, 'outputs'>): DeadManMode =>
  outputs['DeadManDocument'] === undefined ? 'tell' : level === 'L4' ? 'alarm' : 'restore'

/** Functions that the drill switches off, as the runbook reads them: `region:name:reserved`. */
const functionsOf = ({ region, target }: Step): string[] =>
  (target['functions'] ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => `${region}:${name}:${target['reserved'] ?? 'none'}`)

function required({ outputs }: Ground, ...keys: string[]): string {
  const found = keys.map((key) => outputs[key]).find((value) => value !== undefined)
  if (found !== undefined) return found
  const message = `the environment has no ${keys[0]}, so nothing would end the drill if this run died; nothing was changed`
  throw new DrError('NoDeadMan', 3, message, 'deploy it with this version of dr first')
}

/** One time is one start of the runbook, however often Scheduler tries. */
function token(drill: string, at: number): string {
  const hex = createHash('sha256').update(`dead man ${drill} ${at}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function call(ground: Ground, plan: DrillPlan, at: number): Pick<Schedule, 'target' | 'input'> {
  const { system, suffix, id } = plan
  const api = (name: string): string => `arn:${ground.aws.partition}:scheduler:::aws-sdk:${name}`
  const mode = deadManMode(plan, ground)
  if (mode === 'tell') {
    const options = `--system ${system} --suffix ${suffix}`
    const input = {
      TopicArn: required(ground, 'AlertTopicArn', 'FailoverAlertTopicArn'),
      Subject: `${system} ${suffix}: a drill that nobody ended`,
      Message: `Drill ${id} was not ended in time. Look: dr status ${options}; end it: dr failover-test ${options} --resume ${id}`,
    }
    return { target: api('sns:publish'), input }
  }
  const functions = plan.inject.filter(({ action }) => action === 'functions-off').flatMap(functionsOf)
  const names = ['HostedZoneId', 'RecordName', 'PrimaryHealthCheckId', 'FailoverHealthCheckId']
  const input = {
    DocumentName: required(ground, 'DeadManDocument'),
    ClientToken: token(id, at),
    Parameters: {
      Drill: [id],
      Mode: [mode],
      ...Object.fromEntries(names.map((name) => [name, [required(ground, name)]])),
      ...(functions.length > 0 && { Functions: functions }),
    },
  }
  return { target: api('ssm:startAutomationExecution'), input }
}

function scheduleOf(ground: Ground, plan: DrillPlan, at: number): Schedule {
  const role = required(ground, 'DeadManRoleArn')
  const earliest = Math.max(at, ground.aws.clock.now() + soonest)
  // Scheduler knows whole seconds: rounded up, so that what is found is what was set.
  const seconds = Math.ceil(earliest / 1000) * 1000
  return { group: groupOf(plan), name: nameOf(plan), at: seconds, role, ...call(ground, plan, seconds) }
}

/** How he stands; undefined when he is not armed, or has come due. */
export async function look({ aws }: Pick<Ground, 'aws'>, environment: Environment): Promise<DeadMan | undefined> {
  const schedules = await aws.schedules(survivor(environment.regions))
  const found = await schedules.look(groupOf(environment), nameOf(environment))
  if (!found) return undefined
  const { Parameters, Message } = found.input as { Parameters?: Record<string, string[]>; Message?: string }
  const drill = Parameters?.['Drill']?.[0] ?? /^Drill (\S+) /.exec(Message ?? '')?.[1] ?? ''
  return { at: found.at, mode: (Parameters?.['Mode']?.[0] as DeadManMode | undefined) ?? 'tell', drill }
}

const words = (at: number, mode: DeadManMode): string => {
  const does = {
    restore: 'takes the drill back',
    alarm: 'calls people and holds the drill',
    tell: 'tells the people on call',
  }
  return `the dead man ${does[mode]} at ${new Date(at).toISOString().slice(11, 19)} UTC`
}

/**
 * Sets him to act at `at` (ms since the epoch), whatever was set before. Gives what he will do, in words.
 * Throws DrError (exit 3) where the environment has nothing to arm him with.
 */
export async function arm(ground: Ground, plan: DrillPlan, at: number): Promise<string> {
  const schedules = await ground.aws.schedules(survivor(plan.regions))
  const wanted = scheduleOf(ground, plan, at)
  const before = await look(ground, plan)
  if (!before || before.drill !== plan.id || before.at !== wanted.at) {
    if (!(before && (await schedules.update(wanted)))) {
      await schedules.create(wanted).catch(async (error: unknown) => {
        // The answer to an earlier try was lost, or it was there after all.
        if (!named(error, 'Conflict') || !(await schedules.update(wanted))) throw error
      })
    }
  }
  return words(wanted.at, deadManMode(plan, ground))
}

/** Lets him act later. Throws DrError (exit 6) when he is gone: he has acted, or somebody took him away. */
export async function move(ground: Ground, plan: DrillPlan, at: number): Promise<void> {
  const schedules = await ground.aws.schedules(survivor(plan.regions))
  const before = await look(ground, plan)
  if (before?.drill === plan.id && Math.abs(before.at - at) < worth) return
  if (before?.drill === plan.id && (await schedules.update(scheduleOf(ground, plan, at)))) return
  const message = `the dead man of drill ${plan.id} is gone: he has acted, or somebody took him away`
  throw new DrError('DeadManGone', 6, message, `read what he did: executions of ${plan.system}-dead-man-${plan.suffix}`)
}

/** Takes him away; that of another drill stays. Gives what was there, in words. */
export async function disarm(ground: Pick<Ground, 'aws'>, plan: DrillPlan): Promise<string> {
  const before = await look(ground, plan)
  if (!before) return 'there was no dead man'
  if (before.drill !== plan.id) return `the dead man is that of drill ${before.drill}, and stays`
  await (await ground.aws.schedules(survivor(plan.regions))).remove(groupOf(plan), nameOf(plan))
  return 'the dead man is gone'
}
