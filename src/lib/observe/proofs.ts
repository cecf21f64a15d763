// Whether something that still carries tags is deleted: by the stack that made it, which is described by its ARN for ninety
// days after its deletion, with its resources and events; secrets by their service.
import type { Aws } from '../aws/connect.ts'
import type { StackEventView, StackResourceView, Stacks } from '../aws/stacks.ts'
import type { Tagged } from '../aws/tags.ts'
import { gone } from './inventory.ts'

/** `unknown`: no stack tells of it. */
export type Proof = 'deleted' | 'there' | 'unknown'

interface Account {
  status: string | undefined
  resources: StackResourceView[]
  events(): Promise<StackEventView[]>
}

/** Asks each stack once. */
export class Proofs {
  private readonly aws: Aws
  private readonly accounts = new Map<string, Promise<Account>>()
  constructor(aws: Aws) {
    this.aws = aws
  }

  async of({ arn, tags }: Tagged): Promise<Proof> {
    if (/^arn:[\w-]+:secretsmanager:/.test(arn)) return this.secret(arn)
    const isStack = /^arn:[\w-]+:cloudformation:/.test(arn)
    const stackId = isStack ? arn : tags['aws:cloudformation:stack-id']
    if (stackId === undefined) return 'unknown'
    const { status, resources, events } = await this.account(stackId)
    if (status === undefined) return 'unknown'
    if (!gone.has(status)) return 'there'
    if (isStack) return 'deleted'
    const logicalId = tags['aws:cloudformation:logical-id'] ?? ''
    const now = resources.find((it) => it.logicalId === logicalId)
    if (!now) return 'unknown'
    if (!gone.has(now.status)) return 'there'
    return isOf(arn, now.physicalId) || allDeleted(await events(), logicalId) ? 'deleted' : 'there'
  }

  /** No stack makes the secrets of dr. The service tells of one that waits for its deletion. */
  private async secret(arn: string): Promise<Proof> {
    const secrets = await this.aws.secrets(arn.split(':')[3] ?? '')
    const it = await secrets.describe(arn)
    return it && !it.deletedAt ? 'there' : 'deleted'
  }

  private account(stackId: string): Promise<Account> {
    const known = this.accounts.get(stackId) ?? read(this.aws.stacks(stackId.split(':')[3] ?? ''), stackId)
    this.accounts.set(stackId, known)
    return known
  }
}

async function read(stacks: Stacks, stackId: string): Promise<Account> {
  const status = (await stacks.describe(stackId))?.status
  const isGone = status !== undefined && gone.has(status)
  const resources = isGone ? await stacks.resources(stackId) : []
  let events: Promise<StackEventView[]> | undefined
  return { status, resources, events: () => (events ??= stacks.events(stackId, 0, () => false)) }
}

const segments = /[/:|]/

/** The ARN ends with what the stack calls the resource: an id, a name, an ARN or a URL. */
const isOf = (arn: string, physicalId: string): boolean =>
  physicalId !== '' && arn.split(segments).at(-1) === physicalId.split(segments).at(-1)

/**
 * Some ARNs have an id that no stack knows, and a logical id may have had several resources: a replaced one can stay
 * when its deletion fails. So each one that this logical id ever had must have been deleted.
 */
function allDeleted(events: StackEventView[], logicalId: string): boolean {
  const last = new Map<string, string>()
  for (const it of events.toReversed())
    if (it.logicalId === logicalId && it.physicalId !== '') last.set(it.physicalId, it.status)
  return last.size > 0 && [...last.values()].every((status) => gone.has(status))
}
