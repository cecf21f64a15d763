// confirm: what a deploy may do, after flags and answers, with the orphans that were given up.
import { type Consent, judge, type Judgement, obtain } from './consent.ts'
import { refuseKeptNames } from './kept-names.ts'
import { regionsOf } from '../load/environment.ts'
import { DrError } from '../core/errors.ts'
import type { EventBody } from '../core/events.ts'
import { inventory } from '../observe/inventory.ts'
import type { Differences } from '../core/difference.ts'
import { type Removal, withRemovals } from '../plan/orphans.ts'
import { type Planned, shown } from '../plan/plan.ts'
import type { Run } from '../core/run.ts'
import type { TargetSession } from '../load/session.ts'
import { releasedNames } from '../load/released.ts'
import { nestedType } from '../templates/tree.ts'

export interface DeployOptions extends Consent {
  /** Shows the plan on a terminal before a question is asked; without a terminal, the event reports it. */
  show?: (facts: Planned) => void
}

/** The plan as an event. */
export const plannedEvent = ({ plan, usualSeconds, differences }: Planned): EventBody => ({
  kind: 'planned',
  stages: shown(plan),
  usualSeconds,
  differences,
})

/**
 * The plan as agreed to. A live screen begins with the plan's event, so it is emitted after the last question.
 * @throws DrError exit 2 for consent that means nothing, exit 3 where it is refused or of no use; nothing was changed
 */
export async function agreed(
  run: Run,
  session: TargetSession,
  facts: Planned,
  { show, ...consent }: DeployOptions,
): Promise<Planned> {
  const { differences, names } = facts
  const judgement = await judged(session, differences, consent, [...names, ...stuckNames(session)])
  const whole = { ...facts, plan: withRemovals(facts.plan, await removals(session, facts, judgement.remove)) }
  const { instances, orphans, stuck } = differences
  if (instances.length + orphans.length + stuck.length > 0) show?.(whole)
  try {
    refuseKeptNames(differences)
    await obtain(judgement, (question) => run.ask(question), show !== undefined)
  } catch (error) {
    // Whoever reads a log wants to see what was refused.
    if (!show) run.tell(plannedEvent(whole))
    throw error
  }
  return whole
}

/**
 * Judges; where a flag names what neither the plan nor the templates know, it may be what an interrupted run has
 * removed already: then the last release knows it, and the same command resumes.
 */
async function judged(
  session: TargetSession,
  differences: Differences,
  consent: Consent,
  names: string[],
): Promise<Judgement> {
  try {
    return judge(differences, consent, names)
  } catch (error) {
    if (!(error instanceof DrError) || error.code !== 'UnknownConsent') throw error
    return judge(differences, consent, [...names, ...(await releasedNames(session))])
  }
}

/** How a stuck stack is named: `stage/region`, or its stage. */
const stuckNames = ({ target }: TargetSession): string[] =>
  target.system.stages.flatMap(({ name }) => [name, ...regionsOf(target).map((region) => `${name}/${region}`)])

/** What goes with each orphan that was given up. */
async function removals({ aws }: TargetSession, facts: Planned, names: Set<string>): Promise<Removal[]> {
  const { differences, strays, snapshot } = facts
  const given = differences.orphans.flatMap((orphan) => {
    const { stage, whole } = orphan
    if (whole) return names.has(stage) ? [orphan] : []
    const regions = orphan.regions.filter((region) => names.has(`${stage}/${region}`))
    return regions.length > 0 ? [{ ...orphan, regions }] : []
  })
  return Promise.all(
    given.map(async (orphan): Promise<Removal> => {
      const { stage, whole, regions } = orphan
      const state = whole ? strays[stage] : snapshot.stages[stage]
      const instances = (state?.instances ?? []).filter((it) => regions.includes(it.region))
      const held = await inventory(aws, {
        at: snapshot.at,
        stages: { [stage]: { set: undefined, running: [], instances } },
      })
      const buckets = held.filter(({ type, physicalId }) => type === 'AWS::S3::Bucket' && physicalId)
      return {
        ...orphan,
        buckets: buckets.map(({ physicalId, region }) => ({ name: physicalId, region })),
        resources: (region) => held.filter((it) => it.region === region && it.type !== nestedType).length,
      }
    }),
  )
}
