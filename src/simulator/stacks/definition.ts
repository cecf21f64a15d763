// What a call wants a stack or stack set to be, checked as AWS checks it before anything starts.
import { isDeepStrictEqual } from 'node:util'

import type { Region } from '../../lib/core/model.ts'
import { parameterValues as checkValues } from '../../lib/templates/parameters.ts'
import type { Cloud, Stack } from '../state.ts'
import { reasonOf } from './reasons.ts'
import { bodyOf, invalid, textOf } from './template.ts'
import { checkCapabilities, checkTemplate, parameterValues, type ParameterInput } from './validate.ts'
import { definitionOf, isSettled, type Definition } from './work.ts'

export interface DefinitionInput {
  TemplateBody?: string
  TemplateURL?: string
  UsePreviousTemplate?: boolean
  Parameters?: ParameterInput[]
  Capabilities?: string[]
  Tags?: { Key?: string; Value?: string }[]
}

/** The definition that a call gives; with `previous` what the call leaves out stays. Throws ValidationError and such. */
export function definitionFrom(
  cloud: Cloud,
  region: Region,
  input: DefinitionInput,
  previous?: Definition,
): Definition {
  const template = textOf(cloud, region, input) ?? (input.UsePreviousTemplate ? previous?.template : undefined)
  if (template === undefined) throw invalid('Either Template URL or Template Body must be specified.')
  const body = bodyOf(template)
  checkTemplate(body, region)
  const capabilities = input.Capabilities ?? []
  checkCapabilities(body, capabilities)
  const parameters = parameterValues(body, input.Parameters, previous?.parameters)
  try {
    checkValues(body.Parameters ?? {}, parameters)
  } catch (error) {
    throw invalid(reasonOf(error))
  }
  const tags = input.Tags && Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']))
  return { template, parameters, tags: tags ?? previous?.tags ?? {}, capabilities }
}

/** Throws ValidationError when the stack cannot be updated to this definition now. */
export function checkUpdate(stack: Stack, to: Definition): void {
  const isUpdatable = isSettled(stack.status) && !/FAILED$|^(ROLLBACK|DELETE|REVIEW)/.test(stack.status)
  if (!isUpdatable) throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`)
  const [before, after] = [bodyOf(stack.template), bodyOf(to.template)]
  const changed = Object.keys(after.Resources).filter((id) => {
    const old = before.Resources[id]
    return old !== undefined && old.Type !== after.Resources[id]?.Type
  })
  if (changed.length > 0) {
    throw invalid(
      'Update of resource type is not permitted. ' +
        `The new template modifies resource type of the following resources: [${changed.join(', ')}]`,
    )
  }
  const { template: _old, ...rest } = definitionOf(stack)
  const { template: _new, ...wanted } = to
  const isSame = isDeepStrictEqual(before, after) && isDeepStrictEqual(rest, wanted)
  if (isSame) throw invalid('No updates are to be performed.')
}
