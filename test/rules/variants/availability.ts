// Broken variants for the rules about what regions have.
import { added, changed, type Variant } from './variant.ts'

const store = 'data/store.yaml'

export const availability: Variant[] = [
  {
    ...added(
      'availability/region',
      'a type that the failover region lacks',
      'Endpoint needs AWS::Events::Endpoint, which eu-south-1 does not have',
      `
  Endpoint:
    Type: AWS::Events::Endpoint
    Properties: { Name: !Sub 'ledger-\${EnvironmentSuffix}' }
`,
    ),
    file: store,
    failover: 'eu-south-1',
  },
  {
    ...added(
      'availability/endpoint-pair',
      'an endpoint whose other region lacks endpoints',
      'Endpoint leads to eu-central-2, which has no global endpoints',
      `
  Endpoint:
    Type: AWS::Events::Endpoint
    Properties:
      Name: !Sub 'ledger-\${EnvironmentSuffix}'
      RoutingConfig: { FailoverConfig: { Secondary: { Route: eu-central-2 } } }
`,
    ),
    file: store,
    also: ['names/region'],
  },
  {
    ...changed(
      'availability/region',
      'a property that the failover region lacks',
      store,
      '      BucketEncryption:',
      '      AccelerateConfiguration: { AccelerationStatus: Enabled }\n      BucketEncryption:',
      'needs AccelerateConfiguration of AWS::S3::Bucket, which eu-central-2 does not have',
    ),
    failover: 'eu-central-2',
  },
]
