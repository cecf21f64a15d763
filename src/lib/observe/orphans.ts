// Looks for stack sets of an environment whose stage its system no longer has.
import type { Aws } from '../aws/connect.ts'
import type { Region, Target } from '../core/model.ts'
import { orphanStage, stackSetName } from '../core/names.ts'
import { observeStage, type StageState } from './observe.ts'

/** By stage. Names tell where to look, tags whether it is ours: a suffix may hold hyphens, as may a stage. */
export async function observeStrays(aws: Aws, home: Region, target: Target): Promise<Record<string, StageState>> {
  const [head, tail] = stackSetName(target.system.name, '\n', target.suffix).split('\n') as [string, string]
  const names = (await aws.stackSets(home).names(head)).filter((name) => name.endsWith(tail))
  const stages = names.map((name) => name.slice(head.length, -tail.length))
  const strays = stages.filter((stage) => stage !== '' && target.system.stages.every(({ name }) => name !== stage))
  const states = strays.map(
    async (stage) => [stage, await observeStage(aws, home, target, orphanStage(stage), true)] as const,
  )
  const own = ([, { set }]: readonly [string, StageState]): boolean =>
    set?.tags['ManagedBy'] === 'dr' &&
    set.tags['System'] === target.system.name &&
    set.tags['EnvironmentSuffix'] === target.suffix
  return Object.fromEntries((await Promise.all(states)).filter(own))
}
