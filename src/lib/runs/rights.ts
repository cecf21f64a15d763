// `dr rights execution`: what the execution role must be allowed to do for a system, from its templates alone.
import { chmodSync, writeFileSync } from 'node:fs'
import { dump } from 'js-yaml'
import type { Settings } from '../load/config.ts'
import { rightsFile } from '../load/rights.ts'
import { templatesFolder } from '../load/session.ts'
import { loadSystem } from '../load/system.ts'
import { rightsOf, type Rights } from '../rights/template.ts'

export interface ExecutionRights extends Rights {
  system: string
  /** The template as YAML. */
  text: string
  /** The file that was written. */
  file?: string
}

/**
 * The rights of a system as the template of a stack.
 * @param write also writes them to systems/<name>/rights.yaml, which bootstrap then uses
 * @throws DrError exit 2: a system that does not load, rights that do not fit IAM's limits
 */
export function executionRights(settings: Settings, write: boolean): ExecutionRights {
  const system = loadSystem(templatesFolder(settings), settings.system)
  const rights = rightsOf(system, settings.parameters)
  const text = dump(rights.template, { lineWidth: 120, noRefs: true })
  if (!write) return { ...rights, system: system.name, text }
  const file = rightsFile(system)
  writeFileSync(file, text)
  // Unlike all else that dr writes, this one is for the repository.
  chmodSync(file, 0o644)
  return { ...rights, system: system.name, text, file }
}
