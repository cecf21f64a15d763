// A random life of an environment: what a seed determines happens to it, and no verdict may ever be untrue.
import { isDeepStrictEqual } from 'node:util'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import { bootstrapStack, rightsStackPrefix } from '../../src/lib/core/names.ts'
import { Interrupted } from '../../src/lib/execute/operate.ts'
import type { Fault, Simulator } from '../../src/simulator/index.ts'
import type { Cloud, Resource } from '../../src/simulator/state.ts'
import { type Account, copyOf } from '../cloud.ts'
import { bury, said } from './crash.ts'
import { dice, type Dice, misfortune } from './dice.ts'
import { type Birth, type Life, live } from './life.ts'
import { deployed, prepared, rest, type Subject } from './scenarios.ts'
import { doubled, locks, released, structure } from './standing.ts'
import { type Act, discreet, isStill, verdict, type Wanted } from './truth.ts'
import { nestedType } from '../../src/lib/templates/tree.ts'

/** What all seeds of a system share: how it stands when all went well, as told by runs that nothing happened to. */
export interface Ground {
  subject: Subject
  from: Account
  wanted: Wanted
  types: string[]
}

export async function ground(subject: Subject): Promise<Ground> {
  const from = await prepared(subject)
  const stands = async (flags: SettingFlags): Promise<Cloud> =>
    (await deployed(from, { ...subject, flags })).simulator.inspect()
  const { flags, changed, environment } = subject
  const plain = await stands(flags)
  const wanted = {
    plain: structure(plain, environment),
    changed: structure(await stands(withParameter(flags, changed)), environment),
  }
  return { subject, from, wanted, types: typesOf(plain) }
}

/** Resource types that the deployed stacks hold. */
function typesOf({ stacks }: Cloud): string[] {
  const ours = Object.values(stacks).filter(
    ({ name }) => name !== bootstrapStack && !name.startsWith(rightsStackPrefix),
  )
  const types = ours.flatMap((it) => Object.values(it.resources).map(({ type }) => type))
  return [...new Set(types)].filter((it) => it !== nestedType).sort()
}

const withParameter = (flags: SettingFlags, parameter: string): SettingFlags => ({ ...flags, parameter: [parameter] })

/** A run that did not end by then never will, virtual ms. */
const deadline = 48 * 3_600_000

/** Plays the life of a seed; gives what was untrue in it, one line each, nothing when all is well. */
export async function play(
  seed: number,
  { subject, from, wanted, types }: Ground,
  options: Options = {},
): Promise<string[]> {
  const chance = dice(seed)
  const faults: Fault[] = []
  const { simulator } = copyOf(from, faults)
  const { wholeSdk = false, trace = () => undefined } = options
  const stage: Stage = { subject, wanted, types, simulator, faults, chance, wholeSdk, trace, complaints: [] }
  for (let left = chance.between(1, 4); left > 0; left--) {
    await step(stage)
    await simulator.clock.sleep(chance.between(0, 600) * 1000)
  }
  await ending(stage)
  return stage.complaints
}

export interface Options {
  wholeSdk?: boolean
  /** Told what happens, for somebody who looks at one seed. */
  trace?: (line: string) => void
}

interface Stage extends Required<Options> {
  subject: Subject
  wanted: Wanted
  types: string[]
  simulator: Simulator
  faults: Fault[]
  chance: Dice
  complaints: string[]
}

const draw = ({ pick }: Dice): Act => ({
  verb: pick(['deploy', 'deploy', 'deploy', 'deploy', 'destroy', 'destroy', 'plan', 'status'] as const),
  wants: pick(['plain', 'changed'] as const),
})

/** One command, whatever happens to it meanwhile. */
async function step(stage: Stage): Promise<void> {
  const { chance, simulator, faults, types } = stage
  const places = { types, regions: stage.subject.regions }
  faults.push(...Array.from({ length: chance.pick([0, 0, 1, 1, 2, 3]) }, () => misfortune(chance, places)))
  const roleGone = chance.chance(0.05)
  const restored = roleGone ? withoutRole(simulator) : () => undefined
  const act = draw(chance)
  const controller = new AbortController()
  const appointments: NonNullable<Birth['appointments']> = []
  if (chance.chance(0.2))
    appointments.push({ after: chance.between(0, 400) * 1000, keep: () => controller.abort(new Interrupted('left')) })
  const rival = chance.chance(0.15) ? draw(chance) : undefined
  let second: Promise<void> | undefined
  if (rival)
    appointments.push({
      after: chance.between(0, 300) * 1000,
      keep: () => void (second = watched(stage, rival, begin(stage, rival, {}), { alone: false })),
    })
  const death = chance.chance(0.15)
    ? { at: chance.between(1, 40), when: chance.pick(['before', 'after'] as const) }
    : undefined
  const ages = appointments.map(({ after }) => after / 1000)
  stage.trace(JSON.stringify({ ...act, faults, death, ages, rival, roleGone }))
  const before = act.verb === 'plan' ? isStill(stage, act.wants) : false
  const life = begin(stage, act, { signal: controller.signal, death, appointments })
  await watched(stage, act, life, { alone: !rival, before })
  await second
  bury(simulator)
  restored()
  faults.length = 0
  simulator.change((cloud) => (cloud.faults = {}))
}

function begin(stage: Stage, { verb, wants }: Act, birth: Birth): Life {
  const { flags, changed } = stage.subject
  const all = wants === 'changed' && (verb === 'deploy' || verb === 'plan') ? withParameter(flags, changed) : flags
  const { random } = stage.chance
  const endless = {
    after: deadline,
    keep: () => {
      stage.complaints.push(`${verb} ${wants} goes on after two days`)
      throw new Error('endless')
    },
  }
  const appointments = [...(birth.appointments ?? []), endless]
  const onChange = (call: string): void => {
    const free = locks(stage.simulator.inspect(), stage.subject.environment).length === 0
    if (free && !call.includes(' lock/')) stage.complaints.push(`${verb} ${wants} changes without the lock: ${call}`)
  }
  return live(stage.simulator, verb, all, { random, wholeSdk: stage.wholeSdk, ...birth, appointments, onChange })
}

interface Circumstances {
  /** Nobody else may have changed anything. */
  alone: boolean
  /** It was as wanted when the run began, and AWS was doing nothing. */
  before?: boolean
}

/** Waits for the end of a run and holds what it said against what is so. */
async function watched(stage: Stage, act: Act, life: Life, { alone, before = false }: Circumstances): Promise<void> {
  const { simulator, subject, complaints } = stage
  const end = await life.end
  for (const event of life.events)
    if (event.kind !== 'progress' && event.kind !== 'planned') stage.trace(`  ${JSON.stringify(event)}`)
  stage.trace(`  ${act.verb} ends: ${said(end)}`)
  const complain = (what: string): void => void complaints.push(`${act.verb} ${act.wants}: ${what} (${said(end)})`)
  const cloud = simulator.inspect()
  const twice = doubled(cloud, subject.environment)
  if (twice.length > 0) complain(`doubled: ${twice.join(', ')}`)
  for (const untrue of discreet(end, life)) complain(untrue)
  if ((act.verb === 'status' || act.verb === 'plan') && life.changes.length > 0)
    complain(`changed something: ${life.changes.join(', ')}`)
  if (end === 'died' || 'error' in end || !alone) return
  for (const untrue of verdict(stage, act, end, before)) complain(untrue)
  const idle = act.verb === 'deploy' && end.report.stages?.length === 0
  if (idle && life.changes.length > 0) complain(`had nothing to change, and yet: ${life.changes.join(', ')}`)
}

/**
 * Whatever happened, a deploy that nothing happens to makes it good, and a destroy leaves nothing. Where the deploy
 * would lose data it may refuse, and change nothing; then it makes it good after a destroy.
 */
async function ending(stage: Stage): Promise<void> {
  const { simulator, subject, wanted, complaints } = stage
  await rest(simulator)
  const acts: Act[] = [
    { verb: 'deploy', wants: 'plain' },
    { verb: 'destroy', wants: 'plain' },
  ]
  for (let act = acts.shift(); act; act = acts.shift()) {
    const life = begin(stage, act, {})
    await watched(stage, act, life, { alone: true })
    const end = await life.end
    const refused = end !== 'died' && 'error' in end && / would be lost/.test(end.error.message)
    if (refused && act.verb === 'deploy' && acts.length === 1 && life.changes.length === 0) {
      acts.push({ verb: 'deploy', wants: 'plain' }, { verb: 'destroy', wants: 'plain' })
      continue
    }
    if (end === 'died' || 'error' in end || end.report.exit !== 0)
      complaints.push(`at the end, undisturbed, ${act.verb} fails: ${said(end)}`)
    const cloud = simulator.inspect()
    const locked = locks(cloud, subject.environment)
    if (locked.length > 0) complaints.push(`after the last ${act.verb} there is a lock: ${locked.join(', ')}`)
    if (act.verb === 'deploy' && !released(cloud, subject.environment)) complaints.push('the last deploy is no release')
    if (act.verb === 'deploy' && !isDeepStrictEqual(structure(cloud, subject.environment), wanted.plain))
      complaints.push('at the end, undisturbed, deploy leaves something else than is wanted')
  }
}

/** Takes the role away that StackSets act with; gives it back when called. */
function withoutRole({ change }: Simulator): () => void {
  const taken: [string, Resource][] = []
  change(({ resources }) => {
    for (const [key, it] of Object.entries(resources))
      if (it.type === 'AWS::IAM::Role' && it.physicalId === 'dr-execution') {
        taken.push([key, it])
        delete resources[key]
      }
  })
  return () => change(({ resources }) => Object.assign(resources, Object.fromEntries(taken)))
}
