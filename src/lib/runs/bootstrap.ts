// `dr bootstrap`: once per account and region, what StackSets and dr itself need.
import { join } from 'node:path'
import { applyBootstrap, removeBootstrap } from '../execute/actions/bootstrap.ts'
import type { Stacks, StackView } from '../aws/stacks.ts'
import { DrError } from '../core/errors.ts'
import type { Report } from '../core/events.ts'
import { findBuckets, listEnvironments, regionsOf } from '../load/environment.ts'
import type { Outcome } from '../execute/execute.ts'
import type { Region } from '../core/model.ts'
import { administrationRole, bootstrapStack, environmentOptions, executionRole, rightsStack } from '../core/names.ts'
import { operate } from '../execute/operate.ts'
import { hasChanges, type Plan, type PlanStage, shown } from '../plan/plan.ts'
import { exitOf, reportHead, stageReport } from '../report/report.ts'
import type { Run } from '../core/run.ts'
import { ownTemplates, type TargetSession } from '../load/session.ts'
import { packageTemplate } from '../templates/package.ts'
import { checkRoleOptions, roleParameters, type RoleOptions } from './bootstrap-roles.ts'
import { refuseDisabled } from './preflight.ts'
import { isSettled } from '../core/stack-status.ts'
import { needsRights, planRights, planRightsRemoval, rightsArtifact } from './bootstrap-rights.ts'
import { rightsTemplate } from '../load/rights.ts'
import { applyRights, removeRights } from '../execute/actions/rights.ts'

/** Bootstrap changes no environment, so it takes no environment's lock. */
const unlocked = { hold: async () => undefined, keep: async () => undefined }
const tags = { ManagedBy: 'dr' }
const stageName = (region: Region): string => `bootstrap ${region}`

/** What stands in a region. */
interface Standing {
  region: Region
  stack: StackView | undefined
  template: string | undefined
}

const look = async (region: Region, stacks: Stacks): Promise<Standing> => {
  const stack = await stacks.describe(bootstrapStack)
  return { region, stack, template: stack && (await stacks.template(bootstrapStack)) }
}

/** A create that failed: it stands for nothing, and is cleared away before the next one. */
const fallen = /^(ROLLBACK|DELETE)_/

/** The roles belong to the account, so one region makes them: the one that already does, else the administration region. */
function rolesRegion(standing: Standing[], home: Region): Region {
  const makes = ({ stack }: Standing): boolean =>
    stack?.parameters['CreateRoles'] === 'true' && !fallen.test(stack.status)
  return standing.find(makes)?.region ?? home
}

/** Which of the roles that StackSets work through are not there. Throws where IAM does not say. */
export async function missingRoles({ aws }: TargetSession): Promise<string[]> {
  const iam = await aws.roles()
  const asked = [administrationRole, executionRole].map(async (name) => ((await iam.exists(name)) ? [] : [name]))
  return (await Promise.all(asked)).flat()
}

/** Whether the execution role is there and has no rights for the system. Throws where IAM does not say. */
export async function lacksRights({ aws, system, target }: TargetSession): Promise<boolean> {
  if (!needsRights(rightsTemplate(target))) return false
  const policies = await (await aws.roles()).policies(executionRole)
  return policies?.every((name) => !name.startsWith(`${rightsStack(system.name)}-`)) ?? false
}

/** Whether a stack has these parameters; one that a template of earlier has not is as good as empty. */
const hasParameters = (stack: StackView | undefined, wanted: Record<string, string>): boolean =>
  Object.entries(wanted).every(([name, value]) => (stack?.parameters[name] ?? '') === value)

async function planBootstrap(session: TargetSession, body: string, options: RoleOptions): Promise<Plan> {
  const { aws, target, home } = session
  const own = regionsOf(target)
  const looked = [...new Set([...own, ...Object.keys(await findBuckets(aws, home))])]
  const standing = await Promise.all(looked.map((region) => look(region, aws.stacks(region))))
  const first = rolesRegion(standing, home)
  const holder = standing.find(({ region }) => region === first)?.stack
  const roles = roleParameters(looked, aws.caller, holder?.parameters ?? {}, options)
  const holds = holder?.parameters['CreateRoles'] === 'true'
  // Another region's stack makes the roles. It is waited for while another run changes it, and changed where they do not
  // trust what a region of this system needs.
  const involved = holder?.status.endsWith('_IN_PROGRESS') || (holds && !hasParameters(holder, roles))
  const regions = [...new Set([...own, ...(involved ? [first] : [])])]
  const rolesMissing = (await missingRoles(session)).length > 0
  const rolesGone = standing.some((it) => it.stack?.parameters['CreateRoles'] === 'true') && rolesMissing
  const stages = regions.map((region): PlanStage => {
    const now = standing.find((it) => it.region === region)
    const isFirst = region === first
    const toMake = isFirst && (holds ? !hasParameters(holder, roles) : rolesMissing)
    const same = now?.template === body && isSettled(now.stack?.status) && !toMake
    const anew = isFirst && rolesGone
    const change = same && !anew ? 'none' : now?.stack ? 'update' : 'create'
    const parameters = isFirst ? roles : { CreateRoles: 'false' }
    return {
      name: stageName(region),
      title: stageName(region),
      needs: [],
      regions: [{ region, role: undefined, change, resources: 0 }],
      work: { kind: 'bootstrap', region, createRoles: isFirst, parameters, rolesGone: anew },
    }
  })
  const needs = regions.includes(first) ? [stageName(first)] : []
  const boundary = roles['PermissionsBoundary'] ?? ''
  return {
    verb: 'bootstrap',
    stages: [...stages, ...(await planRights(session, first, boundary, { needs, renewed: rolesGone }))],
  }
}

/** How often the account is looked at again after a run that others were in the way of. */
const looks = 3

/**
 * Makes what is missing; gives the outcomes, none when all was there.
 * Another run may prepare another region of the account at the same time. Only one of both can make the roles, and what one
 * adds to their trust the other may not know: so it is looked again until nothing is missing.
 */
export async function bootstrapMissing(
  run: Run,
  session: TargetSession,
  options: RoleOptions = {},
): Promise<{ plan: Plan; outcomes: Outcome[] }> {
  checkRoleOptions(options)
  await refuseDisabled(session)
  const { body } = await packageTemplate(join(ownTemplates, 'bootstrap.yaml'))
  let plan = await planBootstrap(session, body, options)
  let outcomes = await carryOut(run, session, plan, body)
  for (let look = 1; look < looks && outcomes.length > 0; look++) {
    const again = await planBootstrap(session, body, options)
    const failed = outcomes.some(({ outcome }) => outcome === 'failed')
    if (!hasChanges(again) || (failed && makesRoles(again) === makesRoles(plan))) break
    plan = again
    outcomes = await carryOut(run, session, plan, body)
  }
  return { plan, outcomes }
}

/** The region of a plan whose stack makes the roles, if it is one of the plan's. */
const makesRoles = ({ stages }: Plan): Region | undefined =>
  stages.map(({ work }) => (work.kind === 'bootstrap' && work.createRoles ? work.region : undefined)).find(Boolean)

async function carryOut(run: Run, session: TargetSession, plan: Plan, body: string): Promise<Outcome[]> {
  run.tell({ kind: 'planned', stages: shown(plan), usualSeconds: 0 })
  if (!hasChanges(plan)) return []
  return operate(run, session, unlocked, plan, (context, { name, work }) => {
    if (work.kind === 'rights') return applyRights(context, name, work, rightsArtifact(work.body), tags)
    if (work.kind !== 'bootstrap') throw new Error(`a bootstrap plan holds ${work.kind}`)
    const stack = { name: bootstrapStack, templateBody: body, parameters: work.parameters, tags }
    return applyBootstrap(context, {
      name,
      region: work.region,
      stack,
      linkServices: work.createRoles,
      rolesGone: work.rolesGone,
    })
  })
}

/** The command. */
export async function bootstrap(
  run: Run,
  session: TargetSession,
  options: RoleOptions & { remove: boolean },
): Promise<Report> {
  const outcomes = options.remove
    ? await remove(run, session)
    : (await bootstrapMissing(run, session, options)).outcomes
  const exit = exitOf(outcomes, true, 4)
  const done = options.remove ? 'bootstrap is removed' : 'bootstrap is complete'
  const verdict =
    exit === 0 ? (outcomes.length === 0 ? 'nothing to do, bootstrap is complete' : done) : 'bootstrap did not end well'
  const next =
    exit === 0 && !options.remove
      ? [`dr deploy ${environmentOptions(session.system.name, 'pr123', session.simulated)}`]
      : []
  return { ...reportHead(run, session), ...stageReport(outcomes), exit, verdict, next }
}

/** The region whose stack makes the roles, if any does. */
async function holderOf({ aws }: TargetSession, regions: Region[]): Promise<Region | undefined> {
  const standing = await Promise.all(regions.map((region) => look(region, aws.stacks(region))))
  return standing.find(({ stack }) => stack?.parameters['CreateRoles'] === 'true')?.region
}

/**
 * With a bucket go the records of its region's environments, with the roles whatever could still change any of the
 * account's, and with the rights of a system what its environments need.
 */
async function refuseNeeded(
  { aws, system, simulated }: TargetSession,
  buckets: Record<Region, string>,
  regions: Region[],
  roles: Region | undefined,
): Promise<void> {
  // The list of environments leaves out what does not answer; here none may be overlooked.
  await Promise.all(Object.entries(buckets).map(([region, bucket]) => aws.objects(region).keys(bucket, 'env/')))
  const needed = (await listEnvironments(aws, buckets)).flatMap((it) => {
    const own = Object.values(it.regions)
    if (own.some((region) => regions.includes(region))) return [{ ...it, own, what: 'it' }]
    if (roles !== undefined && regions.includes(roles)) return [{ ...it, own, what: `the roles of ${roles}` }]
    return it.system === system.name ? [{ ...it, own, what: `the rights of ${system.name}` }] : []
  })
  if (needed.length === 0) return
  throw new DrError(
    'EnvironmentsLeft',
    3,
    `${needed.map(({ system: name, suffix, own, what }) => `${name} · ${suffix} in ${own.join(' and ')} still needs ${what}`).join('\n')}; nothing was changed`,
    needed.map((it) => `first: dr destroy ${environmentOptions(it.system, it.suffix, simulated)}`).join('\n'),
  )
}

async function remove(run: Run, session: TargetSession): Promise<Outcome[]> {
  const found = await findBuckets(session.aws, session.home)
  const regions = regionsOf(session.target).filter((region) => found[region] !== undefined)
  const roles = await holderOf(session, Object.keys(found))
  await refuseNeeded(session, found, regions, roles)
  const rights = await planRightsRemoval(session, roles, regions)
  const stages = regions.map((region): PlanStage => ({
    name: stageName(region),
    title: stageName(region),
    // IAM deletes no role that policies of other stacks belong to.
    needs: rights.map(({ name }) => name),
    regions: [{ region, role: undefined, change: 'delete', resources: 0 }],
    work: { kind: 'remove-bootstrap', region },
  }))
  const plan: Plan = { verb: 'bootstrap', stages: [...rights, ...stages] }
  run.tell({ kind: 'planned', stages: shown(plan), usualSeconds: 0 })
  return operate(run, session, unlocked, plan, (context, { name, work }) => {
    if (work.kind === 'remove-rights') return removeRights(context, name, work.region, work.stack)
    if (work.kind !== 'remove-bootstrap') throw new Error(`a bootstrap plan holds ${work.kind}`)
    return removeBootstrap(context, name, work.region)
  })
}
