// Removes the readers that scaling added to a cluster before its stack deletes it. Scaling itself leaves them when it
// ends, and a cluster with instances cannot be deleted.
import type { Resource } from '../answer.ts'

export interface Ports {
  /** Names of the instances that a cluster has, also of those that are being made or deleted. */
  members(cluster: string): Promise<string[]>
  /** Asks for the deletion; throws while the instance is being made or deleted. */
  remove(instance: string): Promise<void>
  sleep(milliseconds: number): Promise<void>
  report(what: string): void
}

/** How Aurora Auto Scaling names what it adds; the role may delete nothing else. */
const added = /^application-autoscaling-/

const pause = 15_000

/** Makes the custom resource. It acts only when it is deleted; a cluster that is gone has no readers. */
export function makeRemover(ports: Ports): Resource {
  return {
    identify: (properties) => properties['ClusterIdentifier'] ?? 'unnamed',
    work: async ({ RequestType, ResourceProperties: { ClusterIdentifier = '' } }, remaining) => {
      if (RequestType === 'Delete') await removeAll(ports, ClusterIdentifier, remaining)
    },
  }
}

/** Ends when two looks in a row see none, because one that scaling has just asked for appears somewhat later. */
async function removeAll(ports: Ports, cluster: string, remaining: () => number): Promise<void> {
  for (let seen = 0; ; await ports.sleep(pause)) {
    const readers = (await ports.members(cluster)).filter((name) => added.test(name))
    seen = readers.length === 0 ? seen + 1 : 0
    if (seen === 2) return
    for (const reader of readers) await attempt(ports, reader)
    if (remaining() < 2 * pause) {
      throw new Error(
        `${cluster} still has the readers ${readers.join(', ')}. Delete the stack again when they are gone.`,
      )
    }
  }
}

async function attempt(ports: Ports, reader: string): Promise<void> {
  try {
    await ports.remove(reader)
  } catch (error) {
    ports.report(`${reader}: ${String(error)}`)
  }
}
