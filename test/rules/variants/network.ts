// Broken variants for the rules about network.
import { changed, type Variant } from './variant.ts'

const vpc = 'network/vpc.yaml'
const writer = 'compute/writer.yaml'
const base = 'systems/ledger/base.yaml'
const nat = (id: string): string => `  ${id}:
    Type: AWS::EC2::NatGateway
    Properties: { SubnetId: !Ref SubnetA, Tags: [{ Key: Name, Value: !Sub 'ledger-\${EnvironmentSuffix}' }] }
`

export const network: Variant[] = [
  changed(
    'network/one-nat',
    'two NAT gateways',
    vpc,
    'Outputs:\n',
    `${nat('One')}${nat('Two')}Outputs:\n`,
    'second of its network',
  ),
  changed(
    'network/gateway-endpoints',
    'no endpoint of S3',
    vpc,
    "ServiceName: !Sub 'com.amazonaws.${AWS::Region}.s3'",
    "ServiceName: !Sub 'com.amazonaws.${AWS::Region}.sqs'",
    'endpoint of s3',
  ),
  changed(
    'network/overlap',
    'networks that overlap',
    base,
    '10.1.0.0/16',
    '10.0.128.0/17',
    'overlap: 10.0.128.0/17 in us-west-2 and 10.0.0.0/16 in us-east-1',
  ),
  changed(
    'network/reachability',
    'a function that calls what it cannot reach',
    writer,
    "Action: ['dynamodb:PutItem']",
    "Action: ['dynamodb:PutItem', 'secretsmanager:GetSecretValue']",
    'cannot reach secretsmanager',
  ),
]
