// The stacks dr-rights-<system>, in the region whose stack makes the roles: what of them is missing or not as wanted.
import { createHash } from 'node:crypto'
import type { Region } from '../core/model.ts'
import { isSettled } from '../core/stack-status.ts'
import { rightsStack, rightsStackPrefix } from '../core/names.ts'
import type { StackView } from '../aws/stacks.ts'
import type { PlanStage } from '../plan/plan.ts'
import type { TargetSession } from '../load/session.ts'
import { rightsTemplate } from '../load/rights.ts'
import type { TemplateBody } from '../templates/evaluation.ts'
import type { Artifact } from '../templates/package.ts'

/** A rights stack that is there, with its template. */
interface Present {
  stack: StackView
  body: string
}

/** Whether a system needs any rights: one of wait conditions alone needs none, and a stack has a resource at least. */
export const needsRights = ({ Resources }: TemplateBody): boolean => Object.keys(Resources).length > 0

/** Names of all rights stacks of a region. */
const rightsStacks = async ({ aws }: TargetSession, region: Region): Promise<string[]> =>
  (await aws.stacks(region).roots()).map(({ name }) => name).filter((name) => name.startsWith(rightsStackPrefix))

/** Every rights stack of a region, by name. */
async function present(session: TargetSession, region: Region): Promise<Record<string, Present>> {
  const stacks = session.aws.stacks(region)
  const found: Record<string, Present> = {}
  for (const name of await rightsStacks(session, region)) {
    const stack = await stacks.describe(name)
    if (stack) found[name] = { stack, body: (await stacks.template(name)) ?? '' }
  }
  return found
}

/** The template as an object of the artifact bucket: it may be longer than a call takes. */
export function rightsArtifact(body: string): Artifact {
  const key = `rights/${createHash('sha256').update(body).digest('hex')}.json`
  return { key, bytes: Buffer.from(body), contentType: 'application/json', source: 'rights' }
}

/**
 * The stages that bring rights up to date: the system's own, and those of others where the boundary changed.
 * @param region where the roles are made
 * @param boundary as the roles will have it
 * @param renewed the roles are made again, and with them every policy
 */
export async function planRights(
  session: TargetSession,
  region: Region,
  boundary: string,
  { needs, renewed }: { needs: string[]; renewed: boolean },
): Promise<PlanStage[]> {
  const there = await present(session, region)
  const own = rightsStack(session.system.name)
  const bodies: Record<string, string> = Object.fromEntries(
    Object.entries(there).map(([name, { body }]) => [name, body]),
  )
  const wanted = rightsTemplate(session.target)
  if (needsRights(wanted)) bodies[own] = JSON.stringify(wanted)
  return Object.entries(bodies).flatMap(([name, body]): PlanStage[] => {
    const now = there[name]
    const isSame =
      now?.body === body &&
      isSettled(now.stack.status) &&
      (now.stack.parameters['PermissionsBoundary'] ?? '') === boundary &&
      !renewed
    if (isSame && name !== own) return []
    const change = isSame ? 'none' : now ? 'update' : 'create'
    return [
      {
        name,
        title: name,
        needs,
        regions: [{ region, role: undefined, change, resources: 0 }],
        work: { kind: 'rights', region, stack: name, body, parameters: { PermissionsBoundary: boundary } },
      },
    ]
  })
}

/** The stages that remove the rights: of every system where the roles go, else those of this one. */
export async function planRightsRemoval(
  session: TargetSession,
  roles: Region | undefined,
  removed: Region[],
): Promise<PlanStage[]> {
  if (roles === undefined) return []
  const all = await rightsStacks(session, roles)
  const gone = removed.includes(roles) ? all : all.filter((name) => name === rightsStack(session.system.name))
  return gone.map((name) => ({
    name,
    title: name,
    needs: [],
    regions: [{ region: roles, role: undefined, change: 'delete', resources: 0 }],
    work: { kind: 'remove-rights', region: roles, stack: name },
  }))
}
