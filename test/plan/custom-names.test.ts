// Which property is a custom name, read from AWS's registry: against reports of types that CloudFormation would not replace,
// and against the table of the simulator, which was written by hand from the template reference.
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import { expect, test } from 'vitest'
import { customName } from '../../src/lib/plan/custom-names.ts'
import { kinds } from '../../src/simulator/resources/kinds.ts'

const registry = loadAwsServiceSpecSync()
const found = (type: string) => registry.lookup('resource', 'cloudFormationType', 'equals', type)[0]
const nameOf = (type: string): string | undefined => {
  const it = found(type)
  return it && customName(it)
}

// Each with the report in which CloudFormation refused, "cannot update a stack when a custom-named resource requires replacing".
test.each([
  ['AWS::ElasticLoadBalancingV2::TargetGroup', 'Name', 'honerlaw/serverless-fargate-plugin#19'],
  ['AWS::EC2::SecurityGroup', 'GroupName', 'data-dot-all/dataall#1080'],
  ['AWS::ECS::Service', 'ServiceName', 'aws/aws-cdk#4347'],
  ['AWS::RDS::DBInstance', 'DBInstanceIdentifier', 'https://repost.aws/knowledge-center/cloudformation-custom-name'],
  ['AWS::EMR::SecurityConfiguration', 'Name', 'awsdocs/aws-cloudformation-user-guide#927'],
  ['AWS::Batch::ComputeEnvironment', 'ComputeEnvironmentName', 'aws-samples/aws-genomics-workflows#105'],
  ['AWS::DynamoDB::Table', 'TableName', 'aws-amplify/amplify-cli#1866'],
])('%s is named by %s', (type, name) => {
  expect(nameOf(type)).toBe(name)
})

// Replaced under the same name every day: a task definition at each new image, a record or a policy with its parent.
test.each([
  'AWS::ECS::TaskDefinition',
  'AWS::Route53::RecordSet',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::Version',
  'AWS::EC2::Subnet',
])('%s has no custom name', (type) => {
  expect(nameOf(type)).toBeUndefined()
})

test('agrees with the table of the simulator', () => {
  const different = kinds
    .filter(({ type }) => found(type) !== undefined)
    .map(({ type, name, customName: other }) => [type, nameOf(type), name ?? other])
    .filter(([, mine, its]) => mine !== its)
  expect(different).toEqual([
    // Nothing else of them is create-only, so they are replaced only with that property.
    ['AWS::S3::BucketPolicy', 'Bucket', undefined],
    // The simulator is stricter: a stage is a part of its API.
    ['AWS::ApiGatewayV2::Stage', undefined, 'StageName'],
    ['AWS::Route53::HostedZone', 'Name', undefined],
  ])
})
