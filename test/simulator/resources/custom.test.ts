import { CreateStackCommand } from '@aws-sdk/client-cloudformation'
import { describe, expect, test } from 'vitest'

import type { Fault } from '../../../src/simulator/faults.ts'
import { isKnown } from '../../../src/simulator/resources/lifecycle.ts'
import { simulatedAccount } from '../account.ts'
import { cloudAtStart, region, roleFor } from './region.ts'

const [secure, emptier] = ['Custom::SecureParameter', 'Custom::VaultEmptier']

/** A region with a function that answers, and a secret. */
function setUp() {
  const cloud = cloudAtStart()
  const here = region(cloud, 'us-east-1', 'app', { System: 'payments' })
  here.make('Role', 'AWS::IAM::Role', roleFor('lambda.amazonaws.com', '*'))
  here.make('Function', 'AWS::Lambda::Function', { FunctionName: 'f', Role: here.attributes('Role')['Arn'] ?? '' })
  const secret = { name: 'dr/payments/a/api-keys', region: 'us-east-1', arn: 'x', createdAt: 0, value: '{}' }
  cloud.secrets['us-east-1|dr/payments/a/api-keys'] = { ...secret, versionId: '1', tags: {}, replicas: {} }
  const ServiceToken = here.attributes('Function')['Arn'] ?? ''
  return {
    ...here,
    ServiceToken,
    parameter: { ServiceToken, SecretName: secret.name, ParameterName: '/payments/a/keys' },
  }
}

describe('custom resources', () => {
  test('any type that begins with Custom:: is one', () => {
    expect(isKnown('Custom::Anything')).toBe(true)
    expect(isKnown('AWS::CloudFormation::CustomResource')).toBe(true)
    expect(isKnown('Custom::')).toBe(false)
  })

  test('the function must exist in the region, when the resource comes and when it goes', () => {
    const { make, drop, ServiceToken } = setUp()
    const type = 'Custom::Thing'
    const token = (where: string, name: string) => ({
      ServiceToken: `arn:aws:lambda:${where}:000000000000:function:${name}`,
    })
    expect(() => make('C', type, token('us-west-2', 'f'))).toThrow('Invalid service token')
    expect(() => make('C', type, token('us-east-1', 'none'))).toThrow('Function not found')
    expect(make('C', type, { ServiceToken })).toMatch(/^app_C_[0-9A-Z]{8}$/)
    drop('Function')
    expect(() => drop('C')).toThrow('Function not found')
  })

  test('a timeout is at most an hour', () => {
    const { make, ServiceToken } = setUp()
    expect(() => make('C', 'Custom::Thing', { ServiceToken, ServiceTimeout: '3601' })).toThrow('from 1 to 3600')
    expect(() => make('C', 'Custom::Thing', { ServiceToken, ServiceTimeout: '600' })).not.toThrow()
  })

  test('one that does not answer fails after its timeout, and when it is deleted as well', async () => {
    const faults: Fault[] = [{ kind: 'stuck', type: 'Custom::Thing' }]
    const it = simulatedAccount(faults)
    const began = it.simulator.clock.now()
    const Role = { Type: 'AWS::IAM::Role', Properties: roleFor('lambda.amazonaws.com') }
    const Function = { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': 'Role.Arn' }, Code: {} } }
    const ServiceToken = { 'Fn::GetAtt': 'Function.Arn' }
    const Thing = { Type: 'Custom::Thing', Properties: { ServiceToken, ServiceTimeout: 600 } }
    const TemplateBody = JSON.stringify({ Resources: { Role, Function, Thing } })
    const Capabilities = ['CAPABILITY_IAM' as const]
    await it.client().send(new CreateStackCommand({ StackName: 's', TemplateBody, Capabilities }))
    expect((await it.settled('s')).StackStatus).toBe('ROLLBACK_FAILED')
    const story = await it.story('s')
    for (const status of ['CREATE_FAILED', 'DELETE_FAILED']) {
      expect(story).toContainEqual(expect.stringMatching(`Thing ${status}: CloudFormation did not receive a response`))
    }
    // Ten minutes for the creation, ten for the deletion.
    const minutes = (it.simulator.clock.now() - began) / 60_000
    expect(Math.floor(minutes)).toBe(21)
  })
})

describe('what the functions of our templates would do', () => {
  test('a secret is copied into a SecureString parameter, named by it and taken away with it', () => {
    const { make, drop, cloud, parameter } = setUp()
    expect(make('P', secure, parameter)).toBe('/payments/a/keys')
    const kept = cloud.resources['us-east-1|AWS::SSM::Parameter|/payments/a/keys']
    expect(kept).toMatchObject({ properties: { Type: 'SecureString' }, tags: { System: 'payments' } })
    expect(JSON.stringify(kept)).not.toContain('Value')
    drop('P')
    expect(cloud.resources['us-east-1|AWS::SSM::Parameter|/payments/a/keys']).toBeUndefined()
  })

  test('no secret, no parameter', () => {
    const { make, parameter } = setUp()
    expect(() => make('P', secure, { ...parameter, SecretName: 'none' })).toThrow(
      /^Received response status \[FAILED\] from custom resource\. Message returned: ResourceNotFoundException/,
    )
  })

  test('it touches no parameter of someone else, and another name is another resource', () => {
    const { make, change, parameter } = setUp()
    make('Other', 'AWS::SSM::Parameter', { Name: '/payments/a/keys', Type: 'String', Value: 'x' })
    expect(() => make('P', secure, parameter)).toThrow('exists and belongs to someone else')
    make('P', secure, { ...parameter, ParameterName: '/payments/a/more' })
    expect(change('P', parameter)).toBe('replace')
    expect(change('P', { ...parameter, ParameterName: '/payments/a/more', Revision: '2' })).toHaveProperty('attributes')
  })

  test('a vault is empty once its emptier is deleted; other vaults are not touched', () => {
    const { make, drop, cloud, ServiceToken } = setUp()
    const point = (name: string, BackupVaultName: string) => {
      cloud.resources[name] = {
        type: 'AWS::Backup::RecoveryPoint',
        physicalId: name,
        region: 'us-east-1',
        properties: { BackupVaultName },
        attributes: {},
        tags: {},
        createdAt: 0,
      }
    }
    point('one', 'vault')
    point('two', 'other')
    make('E', emptier, { ServiceToken, VaultName: 'vault' })
    expect(cloud.resources).toHaveProperty('one')
    drop('E')
    expect(cloud.resources).not.toHaveProperty('one')
    expect(cloud.resources).toHaveProperty('two')
  })
})
