// IAM: roles that AWS makes for its services, and reading roles.
import {
  type CreateServiceLinkedRoleCommandInput,
  type GetRoleCommandInput,
  InvalidInputException,
  NoSuchEntityException,
} from '@aws-sdk/client-iam'

import type { Answers, Call } from '../answer.ts'
import { existing } from '../existing.ts'
import { serviceLinkedRoleName } from '../resources/iam.ts'
import { derivedWord } from '../identifiers.ts'
import { account, type Resource } from '../state.ts'
import { said } from '../said.ts'

const type = 'AWS::IAM::ServiceLinkedRole'

const view = ({ physicalId: name, properties, attributes, createdAt }: Resource): object => {
  const service = properties.AWSServiceName as string | undefined
  const path =
    service === undefined ? ((properties.Path as string | undefined) ?? '/') : `/aws-service-role/${service}/`
  return {
    RoleName: name,
    Path: path,
    Arn: `arn:aws:iam::${account}:role${path}${name}`,
    RoleId: attributes.RoleId ?? `AROA${derivedWord(name, 17)}`,
    CreateDate: new Date(createdAt),
  }
}

/** IAM, by command. */
export const answers: Answers = {
  CreateServiceLinkedRoleCommand: (input: CreateServiceLinkedRoleCommandInput, { cloud, now }: Call) => {
    const { AWSServiceName: service = '', CustomSuffix } = input
    const name = serviceLinkedRoleName(service, CustomSuffix)
    if (existing(cloud, 'global', type, name)) {
      const message = `Service role name ${name} has been taken in this account, please try a different suffix.`
      throw new InvalidInputException(said(message))
    }
    const role: Resource = {
      type,
      physicalId: name,
      region: 'global',
      properties: { AWSServiceName: service },
      attributes: { RoleName: name },
      tags: {},
      createdAt: now,
    }
    cloud.resources[`global|${type}|${name}`] = role
    return { Role: view(role) }
  },
  GetRoleCommand: ({ RoleName: name = '' }: GetRoleCommandInput, { cloud }: Call) => {
    const role = existing(cloud, 'global', 'AWS::IAM::Role', name) ?? existing(cloud, 'global', type, name)
    if (!role) throw new NoSuchEntityException(said(`The role with name ${name} cannot be found.`))
    return { Role: view(role) }
  },
}
