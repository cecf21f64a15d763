// The secrets of an environment, looked at before anything is touched.
import { unlessSilent } from '../aws/silence.ts'
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'
import { secretName } from '../core/names.ts'
import type { Snapshot } from '../observe/observe.ts'
import {
  credentialForms,
  type HeldSecret,
  isOurs,
  judgeSecret,
  type SecretWork,
  type SeenSecret,
  uncheckedSecret,
  type WantedSecret,
} from '../plan/secrets.ts'
import { regionsOf } from '../load/environment.ts'
import type { TargetSession } from '../load/session.ts'
import type { Chosen } from '../templates/choose.ts'

/**
 * What is to be done about the secrets that the stages will read, and what of them is not checked; nothing where a
 * system has none.
 * @throws DrError exit 3: a secret is missing, incomplete, not replicated or going; nothing was changed
 */
export async function secretsToMake(
  session: TargetSession,
  chosen: Chosen,
  snapshot: Snapshot,
): Promise<{ works: SecretWork[]; unchecked: string[] }> {
  const judged = await Promise.all(
    wantedSecrets(session, chosen, snapshot).map(async (wanted) => {
      const seen = await look(session, wanted)
      return { ...judgeSecret(wanted, seen, session.settings.createSecret), unchecked: uncheckedSecret(wanted, seen) }
    }),
  )
  const faults = judged.flatMap(({ fault }) => fault ?? [])
  const [first] = faults
  if (first === undefined)
    return {
      works: judged.flatMap(({ work }) => work ?? []),
      unchecked: judged.flatMap(({ unchecked }) => unchecked ?? []),
    }
  throw new DrError(
    first.code,
    3,
    `${faults.map(({ message }) => message).join('\n')}\nnothing was changed`,
    faults.map(({ hint }) => hint).join('\n'),
  )
}

/** Each name that a stage gets for a secret: usually one, which dr gives. */
function wantedSecrets({ target }: TargetSession, chosen: Chosen, snapshot: Snapshot): WantedSecret[] {
  const { system, suffix } = target
  return system.secrets.flatMap((need) => {
    const readers = Object.entries(chosen).filter(([, values]) => values[need.parameter] !== undefined)
    return [...new Set(readers.map(([, values]) => values[need.parameter] ?? ''))].map((name) => ({
      name,
      need,
      own: name === secretName(system.name, suffix, need.name),
      regions: regionsOf(target),
      inUse: readers.some(
        ([stage, values]) =>
          values[need.parameter] === name &&
          snapshot.stages[stage]?.instances.some(({ stack }) => stack && !stack.status.startsWith('ROLLBACK')),
      ),
    }))
  })
}

/** How the regions see it, but for those that do not answer. */
async function look({ aws }: TargetSession, { name, regions, need }: WantedSecret): Promise<SeenSecret[]> {
  const forms = Object.entries(credentialForms).map(([key, { form }]) => [key, form] as const)
  const credentials = need.keys.includes('username') ? Object.fromEntries(forms) : {}
  const looked = regions.map(async (region): Promise<SeenSecret> => {
    const secrets = await aws.secrets(region)
    const view = await secrets.describe(name)
    const content = view && !view.deletedAt ? await secrets.content(name, credentials) : undefined
    return { region, view, content }
  })
  return (await Promise.all(looked.map(unlessSilent))).filter((it) => it !== undefined)
}

/** The secrets under the names that dr gives: those that it created, and those that it did not. */
export async function secretsHeld({ aws, target }: TargetSession): Promise<{ ours: HeldSecret[]; theirs: string[] }> {
  const { system, suffix } = target
  const places = system.secrets.flatMap((need) =>
    Object.values(target.regions).map((region): [string, Region] => [
      secretName(system.name, suffix, need.name),
      region,
    ]),
  )
  const found = await Promise.all(
    places.map(async ([name, region]) => ({ name, region, view: await (await aws.secrets(region)).describe(name) })),
  )
  // A replica goes with the secret that it is one of.
  const own = found.filter(({ region, view }) => view && !view.deletedAt && (view.primaryRegion ?? region) === region)
  return {
    ours: own.flatMap(({ name, region, view }) =>
      view && isOurs(view) ? [{ name, region, replicas: Object.keys(view.replicas) }] : [],
    ),
    theirs: [...new Set(own.flatMap(({ name, view }) => (view && !isOurs(view) ? [name] : [])))],
  }
}
