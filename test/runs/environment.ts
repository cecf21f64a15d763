// What the tests of whole verbs look at and ask for again and again.
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import type { Event } from '../../src/lib/core/events.ts'
import type { Cloud, Operation, Stack, StackSet } from '../../src/simulator/state.ts'
import type { DestroyOptions } from '../../src/lib/runs/destroy.ts'
import { bootstrap } from '../../src/lib/runs/bootstrap.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { packageSystem } from '../../src/lib/templates/package.ts'
import { type Account, account } from '../cloud.ts'
import { once } from '../once.ts'

/** A destroy that nobody is asked about. */
export const agreed: DestroyOptions = { yes: true, show: () => undefined }

/**
 * An account that is bootstrapped and has the templates already, as it is for every environment but the first.
 * So a test that is not about templates does not wait until the schemas are loaded.
 */
export const prepared = (): Promise<Account> =>
  once(['prepared'], async () => {
    const it = await bootstrappedFor()
    const { aws, buckets, system } = await it.target()
    const { artifacts } = await packageSystem(system)
    for (const [region, bucket] of Object.entries(buckets))
      for (const { key, bytes, contentType } of artifacts)
        await aws.objects(region).put(bucket, key, bytes, contentType)
    return it
  })

/** An account that is bootstrapped for a system, by default for transactions. */
export const bootstrappedFor = (flags: SettingFlags = {}): Promise<Account> =>
  once(['bootstrapped', flags], async () => {
    const it = account()
    await bootstrap(it.run('bootstrap'), await it.target(flags), { remove: false })
    return it
  })

/** A prepared account in which `pr123` is deployed. */
export const standing = (): Promise<Account> =>
  once(['standing'], async () => {
    const it = await prepared()
    await deploy(it.run('deploy'), await it.target())
    return it
  })

export const cloudOf = ({ simulator }: Account): Cloud => simulator.inspect()

/** The present stack set of a stage. */
export function setOf(it: Account, stage: string, suffix = 'pr123', system = 'transactions'): StackSet {
  const name = `dr-${system}-${stage}-${suffix}`
  const set = Object.values(cloudOf(it).stackSets).find((one) => one.name === name && one.status === 'ACTIVE')
  if (!set) throw new Error(`there is no stack set ${name}`)
  return set
}

/** Operations of a stage's stack set in the order of their creation, as `CREATE us-west-2 SUCCEEDED`. */
export const operationsOf = (it: Account, stage: string, suffix = 'pr123'): string[] =>
  setOf(it, stage, suffix).operations.map(said)

const said = ({ action, results, status }: Operation): string =>
  `${action} ${results.map(({ region }) => region).join('+')} ${status}`

/** Stacks of an environment that are not deleted, nested ones among them. */
export const stacksOf = (it: Account, suffix = 'pr123'): Stack[] =>
  Object.values(cloudOf(it).stacks).filter(
    ({ tags, status }) => tags['EnvironmentSuffix'] === suffix && status !== 'DELETE_COMPLETE',
  )

/** The root stack of a stage in a region. */
export function stackOf(it: Account, stage: string, region: string, suffix = 'pr123'): Stack {
  const instance = setOf(it, stage, suffix).instances.find((one) => one.region === region)
  const stack = cloudOf(it).stacks[instance?.stackId ?? '']
  if (!stack) throw new Error(`${stage} has no stack in ${region}`)
  return stack
}

/** Everything about a simulated account that a verb could change, without time: to say that nothing was touched. */
export function substance(it: Account): unknown {
  const { stackSets, stacks, resources, buckets, secrets, tasks } = structuredClone(cloudOf(it))
  return { stackSets, stacks, resources, buckets, secrets, tasks }
}

/** Operations that a run began itself (`adopted` false) or took over, by stage. */
export const operationsTold = (events: Event[], adopted: boolean): string[] =>
  events.flatMap((it) => (it.kind === 'operation-started' && it.adopted === adopted ? it.stage : []))

/** A folder with the templates that come with dr, in which `edits` (file → change of its text) were made. */
export function templatesWith(edits: Record<string, (text: string) => string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dr-templates-'))
  cpSync(fileURLToPath(new URL('../../cfn', import.meta.url)), folder, { recursive: true })
  for (const [file, edit] of Object.entries(edits)) {
    const path = resolve(folder, file)
    const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const after = edit(before)
    if (after === before) throw new Error(`the edit of ${file} changes nothing`)
    writeFileSync(path, after)
  }
  return folder
}
