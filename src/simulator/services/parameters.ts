// Systems Manager: parameters, those of templates and those that somebody put there.
import {
  type DeleteParameterCommandInput,
  type GetParametersCommandInput,
  ParameterAlreadyExists,
  ParameterNotFound,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm'

import { Refusal, type Answers, type Call } from '../answer.ts'
import { existing, keyOf, text } from '../existing.ts'
import { kindOf } from '../resources/lifecycle.ts'
import type { Resource } from '../state.ts'
import { said } from '../said.ts'
import { tagsOf } from './shape.ts'

const type = 'AWS::SSM::Parameter'

const found = ({ cloud, region }: Call, name = ''): Resource | undefined => existing(cloud, region, type, name)

const versionOf = ({ state }: Resource): number => Number(state?.version ?? 1)

/** Parameters, by command. */
export const answers: Answers = {
  GetParametersCommand: ({ Names = [] }: GetParametersCommandInput, call: Call) => ({
    Parameters: Names.flatMap((name) => {
      const one = found(call, name)
      if (!one) return []
      const { Arn: ARN, Type } = one.attributes
      return { Name: name, Type, ARN, Value: text(one.properties.Value), Version: versionOf(one), DataType: 'text' }
    }),
    InvalidParameters: Names.filter((name) => !found(call, name)),
  }),
  PutParameterCommand: (input: PutParameterCommandInput, call: Call) => {
    const { Name = '', Value = '', Type = 'String', Overwrite = false, Tags } = input
    const { cloud, region, now } = call
    const invalid = (message: string): Refusal => new Refusal('ValidationException', message)
    if (!/^(\/[\w.-]+){1,15}$|^[\w.-]+$/.test(Name)) throw invalid(`Parameter name ${Name} is not valid.`)
    if (Value.length === 0 || Value.length > 4096) throw invalid('A standard parameter holds 1 to 4096 characters.')
    if (Overwrite && Tags) throw invalid('Tags and Overwrite cannot be used together. To tag, use AddTagsToResource.')
    const before = found(call, Name)
    if (before && !Overwrite) {
      const message =
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.'
      throw new ParameterAlreadyExists(said(message))
    }
    if (before) {
      before.properties = { ...before.properties, Value }
      before.state = { ...before.state, version: versionOf(before) + 1 }
      return { Version: versionOf(before), Tier: 'Standard' }
    }
    const kind = kindOf(type)
    const properties = { Name, Type, Value }
    const key = keyOf(kind, region, Name, properties)
    const attributes = { Type, Value, Arn: kind.arn?.(Name, region) ?? '' }
    cloud.resources[key] = {
      type,
      physicalId: Name,
      region,
      properties,
      attributes,
      tags: tagsOf(Tags) ?? {},
      createdAt: now,
    }
    return { Version: 1, Tier: 'Standard' }
  },
  DeleteParameterCommand: ({ Name = '' }: DeleteParameterCommandInput, call: Call) => {
    const one = found(call, Name)
    if (!one) throw new ParameterNotFound(said(`Parameter ${Name} not found.`))
    delete call.cloud.resources[keyOf(kindOf(type), call.region, Name, one.properties)]
    return {}
  },
}
