// What is stuck, before anything is touched: what a deploy or destroy repairs only when a flag allows it.
import { objections } from '../execute/actions/repair.ts'
import { regionsOf } from '../load/environment.ts'
import { DrError } from '../core/errors.ts'
import { heldBy } from '../observe/inventory.ts'
import { type LostStack, observeLost } from '../observe/lost.ts'
import type { Snapshot } from '../observe/observe.ts'
import type { StuckInstance } from '../core/difference.ts'
import { dataIn, isAllowed, repairs } from '../plan/repair.ts'
import type { WantedStage } from '../plan/wanted.ts'
import type { TargetSession } from '../load/session.ts'
import type { DestroyOptions } from './destroy.ts'

/** Every stuck stack instance, with what a deploy does about it, and why it does not where data would be lost. */
export async function stuckIn(
  { aws, target }: TargetSession,
  snapshot: Snapshot,
  wanted: (stage: string) => WantedStage,
): Promise<StuckInstance[]> {
  const found = target.system.stages.map(async (stage) => {
    const state = snapshot.stages[stage.name]
    const open = state ? repairs(wanted(stage.name), state) : []
    const no = open.length > 0 ? await objections(aws, stage, open, []) : []
    return open.map(({ region, instance, remedy, why }): StuckInstance => {
      const objection = no.find((it) => it.region === region)?.why
      const known = { stage: stage.name, region, state: instance.stack?.status ?? instance.status, remedy, why }
      return objection === undefined ? known : { ...known, objection }
    })
  })
  return (await Promise.all(found)).flat()
}

/**
 * A deploy repairs what it can repair without loss, and names the rest.
 * @throws DrError exit 3: a stuck stack that must be allowed to go, or one that no stack set knows; nothing was changed
 */
export async function refuseStuck(
  { aws, home, target }: TargetSession,
  found: StuckInstance[],
  allowReplace: string[],
): Promise<void> {
  const stuck = found.filter((it) => it.objection !== undefined && !isAllowed(allowReplace, it.stage, it.region))
  if (stuck.length > 0)
    throw new DrError(
      'Stuck',
      3,
      `${stuck.map(({ objection }) => objection).join('\n')}\nnothing was changed`,
      `to delete and make it anew, repeat the command with ${stuck.map((it) => `--allow-replace ${it.stage}/${it.region}`).join(' ')}`,
    )
  const lost = await observeLost(aws, home, target)
  if (lost.length === 0) return
  const commands = lost.map((it) => `aws cloudformation delete-stack --region ${it.region} --stack-name ${it.name}`)
  const said = await Promise.all(lost.map((it) => about(aws, it)))
  throw new DrError(
    'LostStack',
    3,
    `${said.join('\n')}\nnothing was changed`,
    `when you need nothing of it: ${commands.join(' && ')}`,
  )
}

/**
 * Lost stacks that a destroy takes along.
 * @throws DrError exit 2: a flag names no stage; exit 3: one of them holds data and was not named; nothing was changed
 */
export async function lostToDelete(
  { aws, home, target }: TargetSession,
  { allowReplace = [], retain = [] }: Pick<DestroyOptions, 'allowReplace' | 'retain'>,
): Promise<LostStack[]> {
  const lost = await observeLost(aws, home, target)
  const stages = [
    ...new Set([...target.system.stages, ...lost.map(({ stage }) => ({ name: stage }))].map((it) => it.name)),
  ]
  const places = new Set(stages.flatMap((name) => [name, ...regionsOf(target).map((region) => `${name}/${region}`)]))
  const strange = [
    ...allowReplace.filter((it) => !places.has(it)).map((it) => `--allow-replace ${it}`),
    ...retain.filter((it) => !stages.includes(it)).map((it) => `--retain ${it}`),
  ]
  if (strange.length > 0)
    throw new DrError(
      'UnknownStage',
      2,
      `${strange.join(' and ')} names no stage of ${target.system.name}; nothing was changed`,
      `its stages are ${stages.join(', ')}`,
    )
  const kept = await Promise.all(
    lost
      .filter((it) => !isAllowed(allowReplace, it.stage, it.region))
      .map(async (it) => ((await dataOf(aws, it)).length > 0 ? [it] : [])),
  )
  const open = kept.flat()
  if (open.length === 0) return lost
  throw new DrError(
    'LostStack',
    3,
    `${(await Promise.all(open.map((it) => about(aws, it)))).join('\n')}\nnothing was changed`,
    `to delete it with the rest, repeat the command with ${open.map((it) => `--allow-replace ${it.stage}/${it.region}`).join(' ')}`,
  )
}

type Aws = TargetSession['aws']

const dataOf = async (aws: Aws, { region, id, stage }: LostStack): Promise<string[]> =>
  dataIn(await heldBy(aws, region, id, stage))

async function about(aws: Aws, it: LostStack): Promise<string> {
  const data = await dataOf(aws, it)
  const holds = data.length > 0 ? `it holds data: ${data.slice(0, 5).join(', ')}` : 'it holds no data'
  return `${it.name} in ${it.region} (${it.status}) carries the tags of this environment and belongs to no stack set; ${holds}`
}
