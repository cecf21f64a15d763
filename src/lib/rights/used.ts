// Every resource that a system can have: at both scales, and with every choice that a parameter of a root offers.
import type { Position, Region, Scale, System, Value } from '../core/model.ts'
import { loadTemplate } from '../templates/load.ts'
import { resolveSystem } from '../templates/resolve.ts'

export interface Used {
  type: string
  /** Stage, role, nested stacks and logical id: `data.primary/Cluster/Instance`. */
  where: string
  position: Position
  region: Region
  properties: Record<string, Value>
}

/** Stands for any suffix; where it is in a name, the name goes on as the suffix wants. */
export const anySuffix = 'q0q0q0'

/** One choice for every value that a parameter of a root may have: switches, topologies. */
const choices = (system: System): Record<string, string>[] =>
  system.stages.flatMap(({ name, template }) =>
    Object.entries(loadTemplate(template).body.Parameters ?? {}).flatMap(([parameter, { AllowedValues: values }]) =>
      [values ?? []].flat().map((value) => ({ [`${name}.${parameter}`]: String(value) })),
    ),
  )

/**
 * Every different resource of a system. What cannot be resolved is left out here: validation reports it.
 * @param given parameters of the user, by name or `stage.Name`
 */
export function used(system: System, given: Record<string, string> = {}): Used[] {
  const scales: Scale[] = ['small', 'large']
  const own = Object.keys(given).length > 0 ? [given] : []
  const variants = scales.flatMap((scale) =>
    [{}, ...own, ...choices(system)].map((parameters) => ({ scale, parameters })),
  )
  const all = variants.flatMap(({ scale, parameters }) =>
    resolveSystem({ system, suffix: anySuffix, regions: system.regions, scale, parameters }, () => {}).flatMap(
      (template) =>
        Object.values(template.resources).map(({ logicalId, type, properties, position }) => ({
          type,
          where: [`${template.stage}.${template.role}`, ...template.path, logicalId].join('/'),
          position,
          region: template.region,
          properties,
        })),
    ),
  )
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}
