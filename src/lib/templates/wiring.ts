// Values that travel between stages: from the outputs of one root template to the parameters of another.
import { join } from 'node:path'
import type { OutputReference, Position, Role, Stage, System, Value } from '../core/model.ts'
import type { TemplateBody } from './evaluation.ts'
import { asText } from './intrinsics.ts'
import { loadYaml } from './load.ts'
import type { Path } from './positions.ts'
import type { Fault } from './resolve.ts'
import { token } from './tokens.ts'

/** Outputs of root templates by `<stage>.<role>`. */
export type Outputs = ReadonlyMap<string, Record<string, Value>>

interface Wiring {
  /** Inputs and overrides of one instance; reports those that lead nowhere. */
  values(stage: Stage, role: Role, body: TemplateBody, outputs: Outputs): Record<string, string>
  /** Reports keys of flat-outputs.json that no template gives. */
  checkOutputs(stage: Stage, outputs: Outputs): void
}

/** The wiring of a system; faults stand where system.yaml has the line. */
export function wiringOf(system: System, onFault: (fault: Fault) => void): Wiring {
  const where = (stage: Stage, path: Path): Position => positionIn(system, stage, path)
  const read = (from: OutputReference, outputs: Outputs, at: () => Position): string => {
    const known = asText(outputs.get(`${from.stage}.${from.role}`)?.[from.output])
    if (known === undefined) {
      const message = `the stage ${from.stage} has no output ${from.output} in the ${from.role} region`
      onFault({ kind: 'output', position: at(), message })
    }
    return known ?? token(`${from.stage}.${from.role}/${from.output}`)
  }
  return {
    values: (stage, role, body, outputs) => {
      const values: Record<string, string> = {}
      const take = (wired: Record<string, OutputReference>, path: Path): void => {
        for (const [name, from] of Object.entries(wired)) {
          const at = (): Position => where(stage, [...path, name])
          if (!Object.hasOwn(body.Parameters ?? {}, name)) {
            onFault({ kind: 'parameter', position: at(), message: `${stage.name}.yaml has no parameter ${name}` })
          }
          values[name] = read(from, outputs, at)
        }
      }
      take(stage.inputs, ['inputs'])
      take(stage.overrides[role] ?? {}, ['overrides', role])
      return values
    },
    checkOutputs: (stage, outputs) => {
      for (const { from } of stage.outputs) read(from, outputs, () => where(stage, ['outputs']))
    },
  }
}

/** Where system.yaml has something of a stage; only a fault asks, so the file is read again for it. */
function positionIn(system: System, stage: Stage, path: Path): Position {
  const { data, at } = loadYaml(join(system.folder, 'system.yaml'))
  const index = (data as { stages: { name: string }[] }).stages.findIndex(({ name }) => name === stage.name)
  return at(['stages', index, ...path])
}
