// Empties a backup vault before its stack deletes it: a vault that holds recovery points cannot be deleted.
import type { Resource } from '../answer.ts'

export interface Ports {
  /** ARNs of all recovery points of the vault, also of those that are being made or deleted. */
  recoveryPoints(vault: string): Promise<string[]>
  /** Asks for the deletion; throws when the point is in use, such as by a copy. */
  deleteRecoveryPoint(vault: string, arn: string): Promise<void>
  /** Ids of jobs that are about to put something into the vault. */
  runningBackups(vault: string): Promise<string[]>
  stopBackup(job: string): Promise<void>
  /** How many copies into the vault are under way; they start in the other region and cannot be stopped. */
  runningCopies(vaultArn: string, fromRegion: string): Promise<number>
  sleep(milliseconds: number): Promise<void>
  report(what: string): void
}

const pause = 10_000

/** Makes the custom resource. It acts only when it is deleted; a vault that is gone already is an empty one. */
export function makeEmptier(ports: Ports): Resource {
  return {
    identify: (properties) => properties['VaultName'] ?? 'unnamed',
    work: async (
      { RequestType, ResourceProperties: { VaultName = '', VaultArn = '', PeerRegion = '' } },
      remaining,
    ) => {
      if (RequestType === 'Delete') await empty(ports, { VaultName, VaultArn, PeerRegion }, remaining)
    },
  }
}

interface Vault {
  VaultName: string
  VaultArn: string
  PeerRegion: string
}

/** Ends when two looks in a row see nothing, because what a job just made appears in the list somewhat later. */
async function empty(ports: Ports, vault: Vault, remaining: () => number): Promise<void> {
  const refused = new Map<string, string>()
  for (let seen = 0; ; await ports.sleep(pause)) {
    const { points, jobs } = await sweep(ports, vault, refused)
    seen = points === 0 && jobs === 0 ? seen + 1 : 0
    if (seen === 2) return
    if (remaining() < 2 * pause) {
      const [why] = refused.values()
      throw new Error(
        `${vault.VaultName} still has ${points} recovery points and ${jobs} running jobs${why ? `; ${why}` : ''}. ` +
          'Delete the stack again when they have ended.',
      )
    }
  }
}

/** Stops and deletes what can be, and counts what is left. */
async function sweep(
  ports: Ports,
  { VaultName, VaultArn, PeerRegion }: Vault,
  refused: Map<string, string>,
): Promise<{ points: number; jobs: number }> {
  const backups = await ports.runningBackups(VaultName)
  for (const job of backups) await quietly(ports, refused, job, () => ports.stopBackup(job))
  const points = await ports.recoveryPoints(VaultName)
  refused.clear()
  for (const arn of points) await quietly(ports, refused, arn, () => ports.deleteRecoveryPoint(VaultName, arn))
  return { points: points.length, jobs: backups.length + (await copies(ports, VaultArn, PeerRegion)) }
}

/** A region that is gone copies nothing, so that it must not keep this one from being deleted. */
async function copies(ports: Ports, vaultArn: string, fromRegion: string): Promise<number> {
  try {
    return await ports.runningCopies(vaultArn, fromRegion)
  } catch (error) {
    ports.report(`copies from ${fromRegion} are not known: ${String(error)}`)
    return 0
  }
}

async function quietly(
  ports: Ports,
  refused: Map<string, string>,
  what: string,
  call: () => Promise<void>,
): Promise<void> {
  try {
    await call()
  } catch (error) {
    refused.set(what, String(error))
    ports.report(`${what}: ${String(error)}`)
  }
}
