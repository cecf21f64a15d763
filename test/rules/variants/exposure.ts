// Broken variants for the rules about exposure.
import { added, changed, type Variant } from './variant.ts'

const store = 'data/store.yaml'
const writer = 'compute/writer.yaml'
const api = 'compute/api.yaml'

export const exposure: Variant[] = [
  changed(
    'exposure/public-bucket',
    'a bucket that allows public policies',
    store,
    '        BlockPublicPolicy: true\n',
    '',
    'BlockPublicPolicy',
  ),
  changed(
    'exposure/public-bucket',
    'a bucket with access lists',
    store,
    'BucketOwnerEnforced',
    'ObjectWriter',
    'BucketOwnerEnforced',
  ),
  changed(
    'exposure/open-ingress',
    'a group open to the world',
    writer,
    'CidrIp: 10.1.0.0/16',
    'CidrIp: 0.0.0.0/0',
    'whole world',
  ),
  added(
    'exposure/open-ingress',
    'a rule of its own, open over IPv6',
    'whole world',
    `
  Ingress:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv6: '::/0' }
`,
  ),
  added(
    'exposure/public-database',
    'a database with a public address',
    'public address',
    `
  Database:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: aurora-mysql, DBClusterIdentifier: c, PubliclyAccessible: true, DBInstanceIdentifier: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
  ),
  changed(
    'exposure/anyone',
    'a queue for anyone',
    store,
    "Effect: Deny\n            Principal: '*'\n            Action: sqs:*\n            Resource: !GetAtt Queue.Arn\n",
    "Effect: Allow\n            Principal: '*'\n            Action: sqs:SendMessage\n            Resource: !GetAtt Queue.Arn\n          - Effect: Deny\n            Principal: '*'\n            Action: sqs:*\n            Resource: !GetAtt Queue.Arn\n",
    'allows anyone',
  ),
  changed(
    'exposure/confused-deputy',
    'a permission without source',
    api,
    /* keeps the line count */ '      SourceArn:',
    '      EventSourceToken:',
    'for anyone',
  ),
  changed(
    'exposure/open-route',
    'an open route that writes',
    api,
    'RouteKey: POST /notes, AuthorizationType: AWS_IAM',
    'RouteKey: POST /notes',
    'POST /notes',
  ),
  changed(
    'exposure/all-ports',
    'a group that lets in on all ports',
    'compute/writer.yaml',
    '{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.1.0.0/16 }',
    "{ IpProtocol: '-1', CidrIp: 10.1.0.0/16 }",
    'lets in on all ports',
  ),
  added(
    'exposure/public-address',
    'a load balancer that faces the internet',
    'faces the internet',
    `
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: { Name: !Sub 'b-\${EnvironmentSuffix}' }
`,
  ),
  added(
    'exposure/public-address',
    'tasks with public addresses',
    'public addresses',
    `
  Service:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: !Sub 's-\${EnvironmentSuffix}'
      DesiredCount: 2
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: ENABLED, Subnets: [s] } }
`,
  ),
  changed(
    'exposure/public-address',
    'a subnet that gives public addresses',
    'network/vpc.yaml',
    "      AvailabilityZone: !Select [0, !GetAZs '']\n",
    "      AvailabilityZone: !Select [0, !GetAZs '']\n      MapPublicIpOnLaunch: true\n",
    'a public address',
  ),
]
