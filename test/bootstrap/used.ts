// Every resource of the shipped systems, resolved at both scales and with every choice that a parameter offers.
import type { Scale, System, Value } from '../../src/lib/core/model.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { loadTemplate } from '../../src/lib/templates/load.ts'
import { resolveSystem } from '../../src/lib/templates/resolve.ts'

export interface Used {
  type: string
  where: string
  region: string
  properties: Record<string, Value>
}

/** One choice for every value that a parameter of a root may have: switches, topologies. */
const choices = (system: System): Record<string, string>[] =>
  system.stages.flatMap(({ name, template }) =>
    Object.entries(loadTemplate(template).body.Parameters ?? {}).flatMap(([parameter, { AllowedValues: values }]) =>
      [values ?? []].flat().map((value) => ({ [`${name}.${parameter}`]: String(value) })),
    ),
  )

/** Every different resource of a system: at both scales, and with every choice made once. */
export function used(system: System): Used[] {
  const scales: Scale[] = ['small', 'large']
  const variants = scales.flatMap((scale) => [{}, ...choices(system)].map((parameters) => ({ scale, parameters })))
  const all = variants.flatMap(({ scale, parameters }) =>
    resolveSystem({ system, suffix: 'pr123', regions: system.regions, scale, parameters }, () => {}).flatMap(
      (template) =>
        Object.values(template.resources).map(({ logicalId, type, properties }) => ({
          type,
          where: [`${template.stage}.${template.role}`, ...template.path, logicalId].join('/'),
          region: template.region,
          properties,
        })),
    ),
  )
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

export const usedEverywhere = (): Used[] => systemNames('cfn').flatMap((name) => used(loadSystem('cfn', name)))
