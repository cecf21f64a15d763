// The pure parts of a comparison: trees, policies that keep data, tokens, values and rights.
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import { fullDiff } from '@aws-cdk/cloudformation-diff'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../src/lib/core/model.ts'
import type { ResourceDifference } from '../../src/lib/core/difference.ts'
import { customName } from '../../src/lib/plan/custom-names.ts'
import { compare } from '../../src/lib/plan/differences.ts'
import { pathText, propertyChanges } from '../../src/lib/plan/property-changes.ts'
import { covers, widenedRights } from '../../src/lib/plan/rights.ts'
import { parted, shownValue } from '../../src/lib/plan/shown-values.ts'
import { evaluateTree, type TemplateTree } from '../../src/lib/templates/tree.ts'
import type { ResourceBody, TemplateBody } from '../../src/lib/templates/evaluation.ts'

const spot = { stage: 'data', role: 'primary' as const, region: 'us-east-1', account: '123456789012' }

/** A template must have a resource: one that never changes is in each. */
const tree = (Resources: TemplateBody['Resources'], more: Partial<TemplateBody> = {}, nested = {}): TemplateTree => ({
  body: { Resources: { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' }, ...Resources }, ...more },
  nested,
})

const registry = loadAwsServiceSpecSync()
const nameOf = (type: string): string | undefined => {
  const [found] = registry.lookup('resource', 'cloudFormationType', 'equals', type)
  return found && customName(found)
}

function compared(
  before: TemplateTree,
  after: TemplateTree,
  outputs: Record<string, string> = {},
): ReturnType<typeof compare> {
  const sides = { before: evaluateTree(before, {}, spot), after: evaluateTree(after, {}, spot) }
  return compare({ ...sides, base: 'data.primary', account: spot.account, diff: fullDiff, nameOf }, outputs)
}

const brief = ({ path, action, loss }: ResourceDifference): string =>
  `${path.join('/')} ${action}${loss ? ' LOSS' : ''}`

const bucket = (name: string, more: Partial<ResourceBody> = {}): ResourceBody => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName: name },
  ...more,
})

describe('a name of its own', () => {
  const group = (Properties: Record<string, Value>): TemplateTree =>
    tree({ Targets: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { VpcId: 'v', ...Properties } } })
  const between = (before: Record<string, Value>, after: Record<string, Value>): ResourceDifference | undefined =>
    compared(group(before), group(after)).resources[0]

  test('keeps a resource from being replaced, and is told', () => {
    const found = between({ Name: 'streaming-a', Port: 8080 }, { Name: 'streaming-a', Port: 3000 })
    expect(found).toMatchObject({ action: 'replaced', keptName: 'streaming-a' })
  })

  test('keeps it no longer where it changes as well, is new, or is made up by CloudFormation', () => {
    for (const [before, after] of [
      [
        { Name: 'a', Port: 1 },
        { Name: 'b', Port: 2 },
      ],
      [{ Port: 1 }, { Name: 'b', Port: 2 }],
      [{ Port: 1 }, { Port: 2 }],
    ] as const) {
      const found = between(before, after)
      expect(found?.action).toBe('replaced')
      expect(found).not.toHaveProperty('keptName')
    }
  })

  test('says nothing of what changes in place', () => {
    const found = between({ Name: 'a', HealthCheckPath: '/' }, { Name: 'a', HealthCheckPath: '/health' })
    expect(found?.action).toBe('changed')
    expect(found).not.toHaveProperty('keptName')
  })

  test('holds back what would be replaced in consequence too', () => {
    const both = (CidrBlock: string): TemplateTree =>
      tree({
        Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock } },
        Group: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: { GroupName: 'app', GroupDescription: 'app', VpcId: { Ref: 'Vpc' } },
        },
      })
    const { resources } = compared(both('10.0.0.0/16'), both('10.1.0.0/16'))
    expect(resources.map(({ path, keptName }) => [path[0], keptName])).toEqual([
      ['Vpc', undefined],
      ['Group', 'app'],
    ])
  })
})

describe('loss of data', () => {
  test.each([
    ['Delete', 'removed LOSS'],
    [undefined, 'removed LOSS'],
    ['Snapshot', 'removed'],
    ['Retain', 'retained'],
    ['RetainExceptOnCreate', 'retained'],
  ])('by removal under DeletionPolicy %s: %s', (DeletionPolicy, said) => {
    const before = tree({ Bucket: bucket('a', DeletionPolicy ? { DeletionPolicy } : {}) })
    expect(compared(before, tree({})).resources.map(brief)).toEqual([`Bucket ${said}`])
  })

  test.each([
    ['Retain', 'Retain', 'replaced'],
    ['Retain', 'Delete', 'replaced LOSS'],
    ['Delete', 'Retain', 'replaced LOSS'],
    [undefined, undefined, 'replaced LOSS'],
  ])('by replacement under UpdateReplacePolicy %s, then %s: %s', (was, now, said) => {
    const policy = (it: string | undefined): Partial<ResourceBody> => (it ? { UpdateReplacePolicy: it } : {})
    const { resources } = compared(
      tree({ Bucket: bucket('a', policy(was)) }),
      tree({ Bucket: bucket('b', policy(now)) }),
    )
    expect(resources.map(brief)).toEqual([`Bucket ${said}`])
  })

  test('a nested stack that is retained keeps all it holds, but not what leaves it', () => {
    const stack = {
      Type: 'AWS::CloudFormation::Stack',
      DeletionPolicy: 'Retain',
      Properties: { TemplateURL: 'https://x' },
    }
    const full = tree({ Nested: stack }, {}, { Nested: tree({ Bucket: bucket('a') }) })
    expect(compared(full, tree({})).resources.map(brief)).toEqual(['Nested/Handle retained', 'Nested/Bucket retained'])
    const emptied = tree({ Nested: stack }, {}, { Nested: tree({}) })
    expect(compared(full, emptied).resources.map(brief)).toEqual(['Nested/Bucket removed LOSS'])
  })

  test('a change of policy alone is shown', () => {
    const { resources } = compared(
      tree({ Bucket: bucket('a', { DeletionPolicy: 'Retain' }) }),
      tree({ Bucket: bucket('a', { DeletionPolicy: 'Delete' }) }),
    )
    expect(resources).toMatchObject([
      { action: 'changed', properties: [{ path: 'DeletionPolicy', before: 'Retain', after: 'Delete' }] },
    ])
  })
})

describe('a resource of the same name', () => {
  const database = (StorageType: string, more: Partial<ResourceBody> = {}): ResourceBody => ({
    Type: 'AWS::RDS::DBInstance',
    Properties: { DBInstanceClass: 'db.t4g.micro', StorageType },
    ...more,
  })
  const keeping = { UpdateReplacePolicy: 'Snapshot' }

  test('that AWS replaces under conditions may be replaced, with what it holds', () => {
    const { resources } = compared(tree({ It: database('gp2') }), tree({ It: database('gp3') }))
    expect(resources.map(brief)).toEqual(['It may-replace LOSS'])
    expect(resources[0]?.properties).toEqual([{ path: 'StorageType', before: 'gp2', after: 'gp3', replaces: 'maybe' }])
    const kept = compared(tree({ It: database('gp2', keeping) }), tree({ It: database('gp3', keeping) }))
    expect(kept.resources.map(brief)).toEqual(['It may-replace'])
  })

  test('and of another type is another resource, whether or not a property differs', () => {
    const topic = (Properties: ResourceBody['Properties']): ResourceBody => ({ Type: 'AWS::SNS::Topic', Properties })
    const plain: ResourceBody = { Type: 'AWS::S3::Bucket', Properties: {} }
    for (const it of [topic({}), topic({ TopicName: 'a' })]) {
      const { resources } = compared(tree({ It: plain }), tree({ It: it }))
      expect(resources.map(brief)).toEqual(['It replaced LOSS'])
      expect(resources[0]).toMatchObject({ type: 'AWS::SNS::Topic', formerType: 'AWS::S3::Bucket' })
    }
  })
})

describe('values that only creation tells', () => {
  const vpc = (cidr: string): ResourceBody => ({ Type: 'AWS::EC2::VPC', Properties: { CidrBlock: cidr } })
  const subnet: ResourceBody = {
    Type: 'AWS::EC2::Subnet',
    Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.0.0/24' },
  }
  const Outputs = { VpcId: { Value: { Ref: 'Vpc' } }, Cidr: { Value: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } } }

  test('are equal when they have the same source', () => {
    const it = tree({ Vpc: vpc('10.0.0.0/16'), Subnet: subnet }, { Outputs })
    expect(compared(it, it, { VpcId: 'vpc-1' })).toEqual({
      resources: [],
      outputs: { VpcId: 'vpc-1', Cidr: '10.0.0.0/16' },
    })
  })

  test('change when their source is replaced, in whatever uses it and in the outputs', () => {
    const old = tree({ Vpc: vpc('10.0.0.0/16'), Subnet: subnet }, { Outputs })
    const now = tree({ Vpc: vpc('10.9.0.0/16'), Subnet: subnet }, { Outputs })
    const { resources, outputs } = compared(old, now, { VpcId: 'vpc-1', Cidr: '10.0.0.0/16' })
    expect(resources.map(brief)).toEqual(['Vpc replaced', 'Subnet replaced'])
    expect(resources[1]?.properties).toEqual([
      { path: 'VpcId', before: 'Vpc', after: '(known after apply)', replaces: 'yes' },
    ])
    expect(outputs).toEqual({ Cidr: '10.9.0.0/16' })
  })

  test('are traced through nested stacks', () => {
    const stack = (Parameters: Record<string, Value>): ResourceBody => ({
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: 'https://x', Parameters },
    })
    const inner = tree(
      { Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'VpcId' }, CidrBlock: '10.0.0.0/24' } } },
      { Parameters: { VpcId: { Type: 'String' } } },
    )
    const whole = (cidr: string): TemplateTree =>
      tree(
        { Network: stack({}), Inside: stack({ VpcId: { 'Fn::GetAtt': ['Network', 'Outputs.VpcId'] } }) },
        {},
        { Network: tree({ Vpc: vpc(cidr) }, { Outputs }), Inside: inner },
      )
    expect(compared(whole('10.0.0.0/16'), whole('10.9.0.0/16')).resources.map(brief)).toEqual([
      'Network/Vpc replaced',
      'Inside/Subnet replaced',
    ])
  })
})

describe('property changes', () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Value>

  test('of a value and itself are none; of two that print unlike there is one at least', () => {
    fc.assert(fc.property(value, (it) => propertyChanges(it, structuredClone(it)).length === 0))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.string(), value, (it, key, one) => {
        fc.pre(!Object.hasOwn(it, key) && key !== '__proto__')
        expect(propertyChanges(it, { ...it, [key]: one })).toEqual([{ path: [key], before: undefined, after: one }])
      }),
    )
  })

  test('of keys that every object inherits are seen', () => {
    expect(propertyChanges({}, { toString: 'a' })).toEqual([{ path: ['toString'], before: undefined, after: 'a' }])
  })

  test('take text and number for the same, as CloudFormation does', () => {
    expect(propertyChanges({ a: 512, b: true }, { a: '512', b: 'true' })).toEqual([])
    expect(propertyChanges({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }).map(({ path }) => pathText(path))).toEqual([
      'a[1].b',
    ])
  })

  test('look into documents that are text', () => {
    const [one] = propertyChanges({ Body: '{"a":{"b":1}}' }, { Body: '{"a": {"b": 2}}' })
    expect(one).toEqual({ path: ['Body', 'a', 'b'], before: 1, after: 2 })
  })
})

describe('shown values', () => {
  test('hide secrets, accounts and hashes, and say what is not known yet', () => {
    const all = `«NoEcho Token» 123456789012 functions/${'a'.repeat(64)}.zip «data.primary/N/B.Arn» «data.primary/New»`
    expect(shownValue(all, spot.account, (source) => source.endsWith('B.Arn'))).toBe(
      '(hidden) ····9012 functions/aaaaaaaa….zip N/B.Arn (known after apply)',
    )
  })

  test('that are long are shown from where they part, and never alike', () => {
    fc.assert(
      fc.property(
        // Half of them are longer than what is ever shown of a value.
        fc.oneof(fc.string({ maxLength: 200 }), fc.string({ minLength: 300, maxLength: 900 })),
        fc.string({ maxLength: 100 }),
        fc.string({ maxLength: 100 }),
        (head, a, b) => {
          fc.pre(a !== b)
          const { before, after } = parted(head + a, head + b)
          expect(before).not.toBe(after)
        },
      ),
    )
  })
})

describe('rights', () => {
  const role = (statements: object[]): object => ({
    Resources: {
      It: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: [] },
          Policies: [{ PolicyName: 'it', PolicyDocument: { Statement: statements } }],
        },
      },
    },
  })
  const allow = (Action: string[], Resource = ['arn:x'], more = {}): object => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  })
  const widened = (before: object[], after: object[]): string[] =>
    widenedRights(fullDiff(role(before), role(after)), false)

  test('that are new are named, those that were there are not', () => {
    expect(widened([allow(['s3:Get'])], [allow(['s3:Get', 's3:Put'])])).toEqual(['s3:Put on arn:x'])
    expect(widened([allow(['s3:Get', 's3:Put'])], [allow(['s3:Get'])])).toEqual([])
    expect(widened([allow(['s3:*'])], [allow(['s3:Get'])])).toEqual([])
    expect(widened([allow(['s3:Get'])], [allow(['s3:*'])])).toEqual(['s3:* on arn:x'])
    expect(widened([allow(['s3:Get'], ['arn:x'])], [allow(['s3:Get'], ['arn:x', 'arn:y'])])).toHaveLength(1)
  })

  test('widen when a condition goes, not when one comes', () => {
    const condition = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }
    expect(widened([allow(['s3:Get'], ['*'], condition)], [allow(['s3:Get'], ['*'])])).toHaveLength(1)
    expect(widened([allow(['s3:Get'], ['*'])], [allow(['s3:Get'], ['*'], condition)])).toEqual([])
  })

  test('widen when a denial goes or changes, not when one comes', () => {
    const deny = { Effect: 'Deny', Action: ['s3:*'], Resource: ['*'] }
    expect(widened([deny], [])).toEqual(['denied no longer or otherwise: s3:* on *'])
    expect(widened([], [deny])).toEqual([])
  })

  test('are no more for a denial that looks alike, and may be more where all but something is meant', () => {
    const deny = { Effect: 'Deny', Action: ['s3:*'], Resource: ['*'] }
    expect(widened([deny], [deny, allow(['s3:Get'], ['*'])])).toEqual(['s3:Get on *'])
    // Taken for the denial's own, the right would not be told: only the denial that went would.
    expect(widened([deny], [allow(['s3:Get'], ['*'])])).toContain('s3:Get on *')
    const allBut = { Effect: 'Allow', NotAction: ['s3:*'], Resource: ['*'] }
    expect(widened([allBut], [allow(['s3:*'], ['*'])])).toEqual(['s3:* on *'])
  })

  test('of somebody more are new', () => {
    const policy = (...who: string[]): object => ({
      Resources: {
        It: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: {
            Bucket: 'it',
            PolicyDocument: { Statement: [{ ...allow(['s3:Get']), Principal: { AWS: who } }] },
          },
        },
      },
    })
    const [one, other] = ['arn:aws:iam::1:role/a', 'arn:aws:iam::1:role/b']
    expect(widenedRights(fullDiff(policy(one), policy(one, other)), false)).toHaveLength(1)
    expect(widenedRights(fullDiff(policy(one, other), policy(one)), false)).toEqual([])
  })

  test('of a managed policy that comes are named by it, and one that goes gives none', () => {
    const managed = (...ManagedPolicyArns: string[]): object => ({
      Resources: {
        It: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] }, ManagedPolicyArns } },
      },
    })
    const arn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    expect(widenedRights(fullDiff(managed(), managed(arn)), false)).toEqual([`managed policy ${arn}`])
    expect(widenedRights(fullDiff(managed(arn), managed()), false)).toEqual([])
  })

  test('a subset of what was allowed widens nothing, a proper superset does', () => {
    const actions = fc.uniqueArray(fc.stringMatching(/^s3:[A-Z][a-z]{1,3}$/), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(actions, fc.nat(), (all, at) => {
        const some = all.slice(0, 1 + (at % (all.length - 1)))
        expect(widened([allow(all)], [allow(some)])).toEqual([])
        expect(widened([allow(some)], [allow(all)])).toHaveLength(1)
      }),
      { numRuns: 25 },
    )
  })

  test('a pattern covers what IAM says it covers', () => {
    expect(covers('s3:Get*', 's3:getobject')).toBe(true)
    expect(covers('arn:a.b', 'arn:axb')).toBe(false)
    fc.assert(fc.property(fc.string(), (it) => covers(it, it) && covers('*', it)))
  })

  test('of a security group are its new rules', () => {
    const group = (rules: object[]): object => ({
      Resources: {
        It: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'it', SecurityGroupIngress: rules } },
      },
    })
    const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }
    expect(widenedRights(fullDiff(group([]), group([rule])), false)).toEqual(['in TCP 443 from Everyone (IPv4)'])
    expect(widenedRights(fullDiff(group([rule]), group([])), false)).toEqual([])
  })
})
