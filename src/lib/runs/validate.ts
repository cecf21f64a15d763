// `dr validate`: every finding about one system or all of them, without asking AWS.
import type { Settings } from '../load/config.ts'
import { drillFindings } from '../drill/check.ts'
import { checkSuffix } from '../core/names.ts'
import { chosenRegions, templatesFolder } from '../load/session.ts'
import { loadSystem, systemNames } from '../load/system.ts'
import { validate, type Validated } from '../load/validate.ts'

/** The longest suffix there can be: where none is given, what fits it fits all. */
const longestSuffix = 'a2345678901234567890'

/** Exit 2 when a system has a finding that is an error. Throws what cannot even be loaded. */
export async function validateSystems(settings: Settings, all: boolean): Promise<Validated> {
  const folder = templatesFolder(settings)
  const suffix = settings.suffix ?? longestSuffix
  checkSuffix(suffix)
  const systems: Validated['systems'] = []
  for (const name of all ? systemNames(folder) : [settings.system]) {
    const system = loadSystem(folder, name)
    const regions = chosenRegions(system, settings)
    const { scale, parameters } = settings
    const target = { system, suffix, regions, scale, parameters }
    const findings = [...(await validate(target)), ...drillFindings(target)]
    systems.push({ name, regions: Object.values(regions), stages: system.stages.length, findings })
  }
  const wrong = systems.some((it) => it.findings.some(({ severity }) => severity === 'error'))
  return { exit: wrong ? 2 : 0, systems }
}
