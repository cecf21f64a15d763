// The automation documents of the systems, as each region gets them.
import { fileURLToPath } from 'node:url'
import type { Value } from '../../src/lib/core/model.ts'
import { loadSystem } from '../../src/lib/load/system.ts'
import { resolveSystem } from '../../src/lib/templates/resolve.ts'

export interface Step {
  name: string
  action: string
  description?: string
  onFailure?: string
  onCancel?: string
  nextStep?: string
  isEnd?: boolean
  isCritical?: boolean
  timeoutSeconds?: number
  maxAttempts?: number
  inputs: Record<string, Value>
  outputs?: { Name: string; Selector: string; Type: string }[]
}

export interface Content {
  schemaVersion: string
  description: string
  assumeRole: string
  parameters: Record<string, { type: string; default?: Value; allowedValues?: Value[]; description?: string }>
  mainSteps: Step[]
}

export interface Runbook {
  system: string
  side: string
  /** `failover-test` of `payments-failover-test-pr1`. */
  kind: string
  name: string
  content: Content
}

const sources = fileURLToPath(new URL('../../cfn', import.meta.url))
const suffix = 'pr1'

/** Every document of a system that has the name of a runbook. */
export function runbooks(name: string): Runbook[] {
  const system = loadSystem(sources, name)
  const target = { system, suffix, regions: system.regions, scale: 'small', parameters: {} } as const
  return resolveSystem(target).flatMap(({ role, resources }) =>
    Object.values(resources)
      .filter(({ type }) => type === 'AWS::SSM::Document')
      .map(({ properties }) => {
        const document = String(properties['Name'])
        const kind = document.slice(name.length + 1, -suffix.length - 1)
        return { system: name, side: role, kind, name: document, content: properties['Content'] as unknown as Content }
      }),
  )
}
