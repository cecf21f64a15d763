// Follows the events of one stack and all its nested stacks, reading each event once.
import type { Stacks, StackEventView } from '../aws/stacks.ts'
import { inWords, unseeable } from '../aws/trouble.ts'
import type { Busy, ResourcePath } from '../core/events.ts'
import { nestedType } from '../templates/tree.ts'

/** An event of a resource, with its path from the root stack down. */
export interface ResourceEvent extends StackEventView {
  path: ResourcePath
}

const underWay = /_IN_PROGRESS$/

interface Followed {
  stackId: string
  path: ResourcePath
  /** Its own stack still works, or has ended and is read once more: last reasons arrive late. */
  state: 'working' | 'ending' | 'ended'
  /** Why its events could not be read the last time. */
  unread?: string
}

/** The events of one stack instance since an operation began. */
export class Watch {
  readonly stackId: string
  /** All events of resources seen, oldest first. */
  readonly events: ResourceEvent[] = []
  /** What the root stack said of itself, oldest first. */
  readonly own: StackEventView[] = []
  private readonly seen = new Set<string>()
  private readonly followed = new Map<string, Followed>()
  private readonly stacks: Stacks
  private readonly since: number

  /** @param since ms; older events belong to earlier operations */
  constructor(stacks: Stacks, stackId: string, since: number) {
    this.stacks = stacks
    this.stackId = stackId
    this.since = since
    this.followed.set(stackId, { stackId, path: [], state: 'working' })
  }

  /**
   * Reads what is new, nested stacks included, oldest first. Only stacks that still work cost a call.
   * A stack that AWS does not answer for now is read again the next time; until then it is a gap.
   */
  async read(): Promise<ResourceEvent[]> {
    const fresh: ResourceEvent[] = []
    const open = [...this.followed.values()].filter((it) => it.state !== 'ended')
    for (const stack of open) fresh.push(...(await this.readStack(stack)))
    fresh.sort((a, b) => a.at - b.at)
    this.events.push(...fresh)
    return fresh
  }

  /** Stacks whose events could not be read, as `Documents (Throttling: Rate exceeded)`; the root has the path `root stack`. */
  gaps(): string[] {
    return [...this.followed.values()].flatMap(({ path, unread }) =>
      unread === undefined ? [] : `${path.join(' › ') || 'root stack'} (${unread})`,
    )
  }

  private async readStack(stack: Followed): Promise<ResourceEvent[]> {
    const page = await this.page(stack)
    if (!page) return []
    if (stack.state === 'ending') stack.state = 'ended'
    const fresh: ResourceEvent[] = []
    for (const event of page.reverse()) {
      this.seen.add(event.id)
      const own = event.physicalId === stack.stackId
      if (own) stack.state = underWay.test(event.status) ? 'working' : 'ending'
      if (own && stack.path.length === 0) this.own.push(event)
      const path = own ? stack.path : [...stack.path, event.logicalId]
      if (!own) fresh.push({ ...event, path })
      const child = !own && event.type === nestedType && event.physicalId !== ''
      if (child) fresh.push(...(await this.follow(event, path)))
    }
    return fresh
  }

  private async page(stack: Followed): Promise<StackEventView[] | undefined> {
    try {
      const page = await this.stacks.events(stack.stackId, this.since, (id) => this.seen.has(id))
      delete stack.unread
      return page
    } catch (error) {
      if (!unseeable(error)) throw error
      stack.unread = inWords(error)
      return undefined
    }
  }

  /** A nested stack that works (again): read it now and from now on. */
  private async follow(event: StackEventView, path: ResourcePath): Promise<ResourceEvent[]> {
    const known = this.followed.get(event.physicalId)
    if (known) {
      if (known.state === 'ended' && underWay.test(event.status)) known.state = 'working'
      return []
    }
    const nested: Followed = { stackId: event.physicalId, path, state: 'working' }
    this.followed.set(event.physicalId, nested)
    return this.readStack(nested)
  }

  /** Resources by path as last seen; nested stacks are not counted as resources. */
  private latest(): Map<string, ResourceEvent> {
    const latest = new Map<string, ResourceEvent>()
    for (const event of this.events) if (event.type !== nestedType) latest.set(event.path.join('/'), event)
    return latest
  }

  /** How many resources are done, and which are being worked on since when (ms), longest first. */
  progress(): { done: number; busy: Busy[] } {
    const latest = [...this.latest().values()]
    const began = (event: ResourceEvent): number =>
      this.events.find((it) => it.path.join('/') === event.path.join('/') && it.status === event.status)?.at ?? event.at
    const busy = latest
      .filter((it) => underWay.test(it.status))
      .map((it) => ({ path: it.path, type: it.type, since: began(it) }))
      .sort((a, b) => a.since - b.since)
    return { done: latest.filter((it) => it.status.endsWith('_COMPLETE')).length, busy }
  }
}
