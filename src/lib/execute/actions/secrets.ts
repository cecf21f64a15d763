// Makes and removes the secrets of an environment, which no stack ever does. Looks first, so that a run that died goes on.
import { randomBytes } from 'node:crypto'
import type { SecretView } from '../../aws/secrets.ts'
import type { Region } from '../../core/model.ts'
import type { HeldSecret, SecretWork } from '../../plan/secrets.ts'
import { environmentTags } from '../../plan/wanted.ts'
import { type Action, type Context, failedBecause, succeeded } from './action.ts'

/** Between two looks, and how long to look, ms: replicas and deletions take seconds. */
const pauseMs = 2_000
const patienceMs = 180_000

const waiting = (what: string) => ({ kind: 'waiting' as const, stage: 'secrets', what })

/** 32 letters, digits, hyphens and underscores: 192 bits that every engine of RDS takes. */
const random = (): string => randomBytes(24).toString('base64url')

/** Database engines reserve names such as admin and postgres. */
const valueOf = (key: string): string => (key === 'username' ? 'drmaster' : random())

/** Makes what is missing and waits until every replica is there. */
export async function* makeSecrets(context: Context, works: SecretWork[]): Action {
  const { aws, target } = context
  const done: string[] = []
  for (const { name, keys, home, create, replicas } of works) {
    const secrets = await aws.secrets(home)
    const found = await secrets.describe(name)
    const lacking = replicas.filter((region) => found?.replicas[region] === undefined)
    if (!found && !create) return failedBecause(`the secret ${name} in ${home} went away meanwhile`)
    if (!found || lacking.length > 0) await context.hold()
    if (!found) {
      const value = Object.fromEntries(keys.map((key) => [key, valueOf(key)]))
      await secrets.create(name, value, environmentTags(target), replicas)
    } else if (lacking.length > 0) await secrets.replicate(name, lacking)
    const open = (view: SecretView | undefined): Region[] => replicas.filter((it) => view?.replicas[it] !== 'InSync')
    if (replicas.length > 0) yield waiting(`the replica of ${name} in ${replicas.join(' and ')}`)
    const view = await until(
      context,
      secrets,
      name,
      (it) => open(it).length === 0 || failedIn(it, replicas) !== undefined,
    )
    const bad = failedIn(view, replicas) ?? open(view)[0]
    if (bad !== undefined)
      return failedBecause(`the replica of ${name} in ${bad} is ${view?.replicas[bad] ?? 'not there'}`)
    done.push(`${name} ${found ? 'replicated' : 'made'} in ${[...(found ? [] : [home]), ...replicas].join(' and ')}`)
  }
  return succeeded(done.join(', '))
}

const failedIn = (view: SecretView | undefined, replicas: Region[]): Region | undefined =>
  replicas.find((it) => view?.replicas[it] === 'Failed')

/** Removes them for good, so that the same names can be used again at once, and waits until they are free. */
export async function* removeSecrets(context: Context, held: HeldSecret[]): Action {
  const { aws } = context
  for (const { name, region } of held) {
    const secrets = await aws.secrets(region)
    const found = await secrets.describe(name)
    const replicas = Object.keys(found?.replicas ?? {})
    if (replicas.length > 0) {
      await context.hold()
      await secrets.dropReplicas(name, replicas)
    }
    await context.hold()
    await secrets.delete(name)
    yield waiting(`the name ${name} to be free`)
    const left = await until(context, secrets, name, (view) => view === undefined)
    if (left) return failedBecause(`${name} in ${region} is still there, deleted since ${left.deletedAt ?? 'never'}`)
  }
  return succeeded(`${[...new Set(held.map(({ name }) => name))].join(', ')} removed`)
}

/** Looks until it is as wanted, or for as long as it may take; gives what was seen last. */
async function until(
  { aws, signal, keep }: Context,
  secrets: Awaited<ReturnType<Context['aws']['secrets']>>,
  name: string,
  good: (view: SecretView | undefined) => boolean,
): Promise<SecretView | undefined> {
  const end = aws.clock.now() + patienceMs
  for (;;) {
    const view = await secrets.describe(name)
    if (good(view) || aws.clock.now() >= end) return view
    await keep()
    await aws.clock.sleep(pauseMs, signal)
  }
}
