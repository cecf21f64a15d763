// Runs a runbook and waits for its end: what people would start in a real event.
import { createHash } from 'node:crypto'
import type { Automation, Execution } from '../../aws/automation.ts'
import { DrError } from '../../core/errors.ts'
import type { Region } from '../../core/model.ts'
import type { Action, Ground, Step } from '../drill.ts'

const poll = 5_000

/** Parameters of the runbook are what the target says beside these. */
function parts({ region, target }: Step): {
  document: string
  restore?: { document: string; region: Region }
  parameters: Record<string, string>
} {
  const { document = '', restore, restoreIn = region, ...parameters } = target
  return { document, ...(restore !== undefined && { restore: { document: restore, region: restoreIn } }), parameters }
}

/** The same start of the same drill is one execution, however often it is asked for. */
function token(drill: string, step: string, document: string): string {
  const hex = createHash('sha256').update(`${drill} ${step} ${document}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The runbooks of a region that has this one. */
async function having(name: string, region: Region, { aws }: Ground): Promise<Automation> {
  const runbooks = await aws.automation(region)
  const one = name === '' ? undefined : await runbooks.document(name)
  if (one?.isActive) return runbooks
  throw new DrError('NoTarget', 3, `there is no runbook ${name} in ${region}`, 'see: dr status')
}

/** Waits for the end of an execution; stopped when the drill is, and then its end, way back included, is waited for. */
async function ended(runbooks: Automation, id: string, { aws, signal }: Ground): Promise<Execution> {
  let isStopped = false
  for (;;) {
    const seen = await runbooks.look(id)
    if (!seen) throw new DrError('NoExecution', 6, `execution ${id} is not known any more`, 'see: dr status')
    if (seen.endedAt !== undefined) return seen
    if (signal.aborted && !isStopped) {
      await runbooks.stop(id)
      isStopped = true
    }
    await aws.clock.sleep(poll, isStopped ? undefined : signal).catch(() => undefined)
  }
}

interface Start {
  document: string
  region: Region
  parameters: Record<string, string>
}

async function run(step: Step, ground: Ground, { document, region, parameters }: Start): Promise<string> {
  const runbooks = await having(document, region, ground)
  const id = await runbooks.start(document, parameters, token(ground.drill, step.name, document))
  ground.began?.()
  const { state, status, reason, steps } = await ended(runbooks, id, ground)
  if (state === 'succeeded') return `${document} ended as ${status}, execution ${id}`
  if (state === 'cancelled') {
    // Only its steps are known: not every runbook has a way back, and a call that a step had made goes on.
    const went = steps.map((step) => `${step.name} ${step.status}`).join(', ') || 'none was begun'
    const stopped = `${document} in ${region} was asked to stop and ended as ${status}; its steps: ${went}`
    throw new DrError('RunbookStopped', 5, stopped, `read its steps: execution ${id}`)
  }
  const what = `${document} in ${region} ended as ${status}${reason === undefined ? '' : `: ${reason}`}`
  throw new DrError('RunbookFailed', 4, what, `read its steps: execution ${id}`)
}

/**
 * `target`: `document`, the name of the runbook; `restore`, that of the runbook that undoes it, where one does, and
 * `restoreIn`, its region where it is another one; everything else are parameters of the runbook.
 */
export const document: Action = {
  name: 'document',
  class: 'L3',
  calls: ['DescribeDocument', 'StartAutomationExecution', 'GetAutomationExecution', 'StopAutomationExecution'],
  describe: (step) => `StartAutomationExecution ${parts(step).document} in ${step.region}`,
  // What a runbook did shows in what it works on, not in itself: whoever plans the step looks there too.
  observe: async (step, ground) => {
    const { document: name, restore } = parts(step)
    await having(name, step.region, ground)
    if (restore) await having(restore.document, restore.region, ground)
    return 'normal'
  },
  inject: (step, ground) => {
    const { document: name, parameters } = parts(step)
    return run(step, ground, { document: name, region: step.region, parameters })
  },
  restore: async (step, ground) => {
    const { document: name, restore } = parts(step)
    if (restore === undefined) return `${name} has no runbook that undoes it, nothing was called`
    // A drill that was stopped still has to be undone.
    return run(step, { ...ground, signal: new AbortController().signal }, { ...restore, parameters: {} })
  },
}

/** A runbook that takes the writer over at once and loses what was not replicated yet. */
export const promotion: Action = { ...document, name: 'promotion', class: 'L4' }
