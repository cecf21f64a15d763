// What an update changes inside each stack instance: reads what is deployed and compares it with what is wanted,
// stage after stage, since a change in one may give the next one other inputs.
import { RegionSilent } from '../aws/silence.ts'
import { DrError } from '../core/errors.ts'
import type { Region, Role, Stage, StageOutputs } from '../core/model.ts'
import { type InstanceState, type Snapshot, stageOutputs } from '../observe/observe.ts'
import { deployedTree } from '../observe/templates.ts'
import type { InstanceDifferences } from '../core/difference.ts'
import { customName } from '../plan/custom-names.ts'
import { compare, type Comparison } from '../plan/differences.ts'
import { changes } from '../plan/next-call.ts'
import { parameterDifferences, sourceOf, tagDifferences } from '../plan/parameter-sources.ts'
import { evaluateTree, packagedTrees, type Spot, type TemplateTree } from '../templates/tree.ts'
import { knownAfterApply, regionOf, type WantedStage } from '../plan/wanted.ts'
import type { TargetSession } from '../load/session.ts'
import { EvaluationError } from '../templates/evaluation.ts'
import type { Package } from '../templates/package.ts'
import { token } from '../templates/tokens.ts'

export interface Compared {
  instances: InstanceDifferences[]
  /** Outputs as they will be after the deploy, as far as they are known now. */
  outputs: StageOutputs
}

type Wanted = (stage: string, outputs: StageOutputs) => WantedStage

const empty = { set: undefined, instances: [], running: [] }

/** Compares every instance that would be updated; reads nothing and imports nothing where nothing changes. */
export async function compared(
  session: TargetSession,
  snapshot: Snapshot,
  pkg: Package,
  wanted: Wanted,
): Promise<Compared> {
  const { target } = session
  const outputs = structuredClone(stageOutputs(target, snapshot.stages))
  const packaged = packagedTrees(pkg)
  const reading = reader(session, packaged)
  const instanceOf = (stage: Stage, region: Region): InstanceState | undefined =>
    snapshot.stages[stage.name]?.instances.find((it) => it.region === region)
  const changeOf = (stage: Stage, region: Region) =>
    changes(wanted(stage.name, outputs), snapshot.stages[stage.name] ?? empty)[region]
  // What changes for sure is read at once; what changes in consequence is read when that is found out.
  for (const stage of target.system.stages)
    for (const role of stage.steps.flat()) {
      const region = regionOf(target, role)
      if (changeOf(stage, region) === 'update') void reading(instanceOf(stage, region))
    }
  const instances: InstanceDifferences[] = []
  for (const stage of target.system.stages)
    for (const role of stage.steps.flat()) {
      const region = regionOf(target, role)
      const change = changeOf(stage, region)
      const known = outputs[stage.name]
      if (change === 'create' && known) delete known[role]
      const instance = instanceOf(stage, region)
      const root = packaged(pkg.stages[stage.name]?.key ?? '')
      if (change !== 'update' || !instance?.stack || !root) continue
      const whole = wanted(stage.name, outputs)
      const side = { stage, role, instance, root, wanted: whole, deployed: await reading(instance) }
      const { differences, after } = await compareInstance(session, snapshot, side)
      instances.push(differences)
      if (known) known[role] = { ...unknown(instance), ...after }
    }
  return { instances, outputs }
}

/** Until it is known otherwise, any output may change. */
const unknown = ({ stack }: InstanceState): Record<string, string> =>
  Object.fromEntries(Object.keys(stack?.outputs ?? {}).map((name) => [name, knownAfterApply]))

/** Reads each instance's templates once; undefined where they cannot be read. */
function reader(
  { aws }: TargetSession,
  packaged: (key: string) => TemplateTree | undefined,
): (instance: InstanceState | undefined) => Promise<TemplateTree | undefined> {
  const known = new Map<string, Promise<TemplateTree | undefined>>()
  const read = async ({ region, stack }: InstanceState): Promise<TemplateTree | undefined> => {
    try {
      return stack && (await deployedTree(aws, region, stack.id, packaged))
    } catch (error) {
      if (error instanceof RegionSilent) return undefined
      throw error
    }
  }
  return (instance) => {
    const id = instance?.stack?.id
    if (!instance || id === undefined) return Promise.resolve(undefined)
    const reading = known.get(id) ?? read(instance)
    known.set(id, reading)
    // It is awaited later; until then a failure is not to end the process.
    reading.catch(() => undefined)
    return reading
  }
}

interface Sides {
  stage: Stage
  role: Role
  instance: InstanceState
  root: TemplateTree
  wanted: WantedStage
  deployed: TemplateTree | undefined
}

async function compareInstance(
  { aws, target, settings }: TargetSession,
  snapshot: Snapshot,
  { stage, role, instance, root, wanted, deployed }: Sides,
): Promise<{ differences: InstanceDifferences; after: Record<string, string> }> {
  const { region, stack } = instance
  const now = stack?.outputs ?? {}
  const step = wanted.steps.find((it) => it.regions.includes(region))
  const values = { ...wanted.definition.parameters, ...step?.overrides }
  const source = (name: string): string => sourceOf(target, stage, role, name, settings.given)
  const tags = tagDifferences(snapshot.stages[stage.name]?.set?.tags ?? {}, wanted.definition.tags)
  const head = { stage: stage.name, region, tags }
  if (!deployed) {
    const unread = 'the deployed templates could not be read'
    return { differences: { ...head, parameters: [], resources: [], unread }, after: {} }
  }
  const parameters = parameterDifferences({
    before: { body: deployed.body, values: stack?.parameters ?? {} },
    after: { body: root.body, values },
    account: aws.account,
    source,
  })
  const spot: Spot = { stage: stage.name, role, region, account: aws.account }
  const given = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === knownAfterApply ? token(source(name).replace(/\.([^.]*)$/, '/$1')) : value,
    ]),
  )
  try {
    const before = evaluateTree(deployed, stack?.parameters ?? {}, spot)
    const after = evaluated(stage, () => evaluateTree(root, given, spot))
    const base = `${stage.name}.${role}`
    const { resources, outputs } = compare({ before, after, base, account: aws.account, ...(await library()) }, now)
    return { differences: { ...head, parameters, resources }, after: outputs }
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    const unread = `the deployed templates could not be evaluated: ${error.message}`
    return { differences: { ...head, parameters, resources: [], unread }, after: {} }
  }
}

/** The wanted templates with real values: what fails here would fail at AWS. */
function evaluated<T>(stage: Stage, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    const message = `stage ${stage.name}: ${error.message}`
    throw new DrError('TemplateFault', 2, message, 'correct the template or the parameter; dr validate shows more')
  }
}

/** It costs a third of a second and 150 MB, so only those pay who have something to compare. */
async function library(): Promise<Pick<Comparison, 'diff' | 'nameOf'>> {
  const [{ fullDiff: diff }, { loadAwsServiceSpecSync }] = await Promise.all([
    import('@aws-cdk/cloudformation-diff'),
    import('@aws-cdk/aws-service-spec'),
  ])
  // The same registry that the comparison reads, and only asked where something would be replaced.
  let registry: ReturnType<typeof loadAwsServiceSpecSync> | undefined
  const nameOf = (type: string): string | undefined => {
    registry ??= loadAwsServiceSpecSync()
    const [found] = registry.lookup('resource', 'cloudFormationType', 'equals', type)
    return found && customName(found)
  }
  return { diff, nameOf }
}
