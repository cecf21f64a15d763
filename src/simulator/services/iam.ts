// IAM: roles that AWS makes for its services, and reading roles.
import {
  type CreateServiceLinkedRoleCommandInput,
  type GetRoleCommandInput,
  type ListAttachedRolePoliciesCommandInput,
  InvalidInputException,
  NoSuchEntityException,
} from '@aws-sdk/client-iam'

import type { Answers, Call } from '../answer.ts'
import { all, existing, texts } from '../existing.ts'
import { roleName, serviceLinkedRoleName } from '../resources/iam.ts'
import { derivedWord } from '../identifiers.ts'
import { account, type Cloud, type Resource } from '../state.ts'
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

/** ARNs of the managed policies that are attached to a role, by itself or by the policy. */
const policiesOf = (cloud: Cloud, { physicalId, properties }: Resource): string[] => {
  const attached = all(cloud, 'AWS::IAM::ManagedPolicy').filter((it) => texts(it.properties.Roles).includes(physicalId))
  return [...new Set([...texts(properties.ManagedPolicyArns), ...attached.map((it) => it.physicalId)])].sort()
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
  ListAttachedRolePoliciesCommand: ({ RoleName: name = '' }: ListAttachedRolePoliciesCommandInput, { cloud }: Call) => {
    const role = existing(cloud, 'global', 'AWS::IAM::Role', name)
    if (!role) throw new NoSuchEntityException(said(`The role with name ${name} cannot be found.`))
    return { AttachedPolicies: policiesOf(cloud, role).map((arn) => ({ PolicyName: roleName(arn), PolicyArn: arn })) }
  },
}
