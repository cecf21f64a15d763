// What stands around RDS databases: subnet groups, parameter groups, event subscriptions.
import { define, refused } from './define.ts'
import { all, existing, text, texts } from '../existing.ts'
import { arn, parseArn } from '../identifiers.ts'
import type { Around, Kind } from './kind.ts'
import { placesOf } from './places.ts'
import { invalid, missing, subnetGroupType } from './rds-checks.ts'

const databases = ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']

/** Databases of the region that name this in one of their properties. */
const users = (around: Around, property: string, id: string): string[] =>
  databases
    .flatMap((type) => all(around.cloud, type, around.region))
    .filter(({ properties }) => text(properties[property]).toLowerCase() === id)
    .map(({ physicalId }) => physicalId)

const parameterGroup = (what: 'DBParameterGroup' | 'DBClusterParameterGroup', label: string): Kind => {
  const name = `${what}Name`
  return define(`AWS::RDS::${what}`, {
    name,
    limit: 255,
    id: (given) => given.toLowerCase(),
    createOnly: ['Description', 'Family'],
    arn: (id, region) => arn('rds', region, `${label}:${id}`),
    taken: (id) => `Parameter group ${id} already exists`,
    // Of the two, only the group of an instance has its name as an attribute.
    attributes: (_, id): Record<string, string> => (what === 'DBParameterGroup' ? { [name]: id } : {}),
    requires: ({ Family }, around) => {
      if (/^(aurora-)?(postgres(ql)?\d+|mysql\d+\.\d+)$/.test(text(Family))) return
      throw invalid(around, `ParameterGroupFamily ${text(Family)} is not a valid parameter group family`)
    },
    removable: (id, around) => {
      if (users(around, name, id).length === 0) return
      throw invalid(around, 'One or more database instances are still members of this parameter group')
    },
  })
}

export const rdsGroups: Kind[] = [
  define(subnetGroupType, {
    name: 'DBSubnetGroupName',
    limit: 255,
    id: (name) => name.toLowerCase(),
    arn: (id, region) => arn('rds', region, `subgrp:${id}`),
    taken: (id) => `The DB subnet group '${id}' already exists.`,
    requires: ({ SubnetIds }, around) => {
      const lost = texts(SubnetIds).filter((id) => !existing(around.cloud, around.region, 'AWS::EC2::Subnet', id))
      if (lost.length > 0) throw invalid(around, `Some input subnets in :[${lost.join(', ')}] are invalid.`)
      const vpcs = new Set(texts(SubnetIds).map((id) => placesOf(around, [id]).vpc))
      if (vpcs.size > 1) throw invalid(around, 'The specified subnets are not all in the same VPC.')
      const { zones } = placesOf(around, SubnetIds)
      if (zones.length >= 2) return
      throw invalid(
        around,
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. " +
          `Current AZ coverage: ${zones.join(', ')}. Add subnets to cover at least 2 AZs.`,
      )
    },
    removable: (id, around) => {
      const [user] = users(around, 'DBSubnetGroupName', id)
      if (user === undefined) return
      const message = `Cannot delete the subnet group '${id}' because at least one database instance: ${user} is still using it.`
      throw invalid(around, message)
    },
  }),
  parameterGroup('DBParameterGroup', 'pg'),
  parameterGroup('DBClusterParameterGroup', 'cluster-pg'),
  define('AWS::RDS::EventSubscription', {
    name: 'SubscriptionName',
    limit: 255,
    id: (name) => name.toLowerCase(),
    createOnly: ['SnsTopicArn'],
    arn: (id, region) => arn('rds', region, `es:${id}`),
    taken: (id) => `Subscription ${id} already exists`,
    requires: ({ SnsTopicArn, SourceIds, SourceType }, around) => {
      const topic = text(SnsTopicArn)
      const isThere = existing(around.cloud, around.region, 'AWS::SNS::Topic', topic)
      if (!isThere || parseArn(topic)?.region !== around.region) {
        throw missing(around, `SNS topic ARN ${topic} does not exist or is in another region`)
      }
      if (texts(SourceIds).length > 0 && SourceType === undefined) {
        throw refused(around, 'SourceType must be provided if SourceIds are provided', 'InvalidRequest')
      }
      const type = sourceTypes[text(SourceType)]
      if (type === undefined) return
      for (const id of texts(SourceIds)) {
        if (existing(around.cloud, around.region, type, id)) continue
        throw missing(around, `Could not find source: ${id}`)
      }
    },
  }),
]

const sourceTypes: Record<string, string> = {
  'db-instance': 'AWS::RDS::DBInstance',
  'db-cluster': 'AWS::RDS::DBCluster',
  'db-parameter-group': 'AWS::RDS::DBParameterGroup',
}
