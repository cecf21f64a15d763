// What `dr validate` says of rights that templates need and rights.yaml does not grant.
import { mkdtempSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { readSettings } from '../../src/lib/load/config.ts'
import type { Finding } from '../../src/lib/load/validate.ts'
import { executionRights } from '../../src/lib/runs/rights.ts'
import { validateSystems } from '../../src/lib/runs/validate.ts'

let folder: string
const file = (): string => join(folder, 'systems/shop/data.yaml')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dr-test-'))
  mkdirSync(join(folder, 'systems/shop'), { recursive: true })
  writeFileSync(
    join(folder, 'systems/shop/system.yaml'),
    [
      'name: shop',
      'title: Shop',
      'regions: { standalone: eu-west-1 }',
      'objectives: { rto: 15m, rpo: 1m }',
      'stages:',
      '  - { name: data, steps: [[standalone]] }',
    ].join('\n'),
  )
  template('')
})

/** The stage's template; lines are added to the properties of its stream. */
const template = (lines: string, more = ''): void =>
  writeFileSync(
    file(),
    `AWSTemplateFormatVersion: '2010-09-09'
Parameters: { EnvironmentSuffix: { Type: String } }
Resources:
  Stream:
    Type: AWS::Kinesis::Stream
    Properties:
      Name: !Sub 'shop-orders-\${EnvironmentSuffix}'
${lines}${more}`,
  )

const settings = () => readSettings({ system: 'shop', templates: folder }, {})
const findings = async (): Promise<Finding[]> =>
  (await validateSystems(settings(), false)).systems
    .flatMap((it) => it.findings)
    .filter((it) => it.rule.startsWith('rights/'))

describe('dr validate', () => {
  test('finds nothing where the rights were written for the templates', async () => {
    executionRights(settings(), true)
    expect(await findings()).toEqual([])
  })

  test('names file, line, action, handler and property where a property needs more than is granted', async () => {
    executionRights(settings(), true)
    const role = 'Arn: arn:aws:iam::000000000000:role/dr/shop-archive'
    template(
      '',
      `  Archive:\n    Type: AWS::Logs::Destination\n    Properties:\n      DestinationName: !Sub 'other-\${EnvironmentSuffix}'\n      RoleArn: ${role.slice(5)}\n      TargetArn: !GetAtt Stream.Arn\n`,
    )
    const [finding] = await findings()
    expect(finding).toMatchObject({ severity: 'error', position: { file: file(), line: 8 } })
    expect(finding?.message).toMatch(
      /^Archive needs 8 actions, granted 0, missing logs:PutDestination on arn:aws:logs:eu-west-1:000000000000:destination:other-\S+ for AWS::Logs::Destination \(create, update\), and 7 more$/,
    )
    expect(finding?.fix).toContain('dr rights execution --system shop --write')
  })

  test('names the property that makes a call necessary', async () => {
    template(
      '',
      `  Table:\n    Type: AWS::DynamoDB::GlobalTable\n    Properties:\n      TableName: !Sub 'shop-\${EnvironmentSuffix}'\n      Replicas: [{ Region: eu-west-1 }]\n`,
    )
    executionRights(settings(), true)
    const before = readFileSync(file(), 'utf8')
    writeFileSync(
      file(),
      before.replace(
        '{ Region: eu-west-1 }',
        '{ Region: eu-west-1, KinesisStreamSpecification: { StreamArn: !GetAtt Stream.Arn } }',
      ),
    )
    const [finding] = await findings()
    expect(finding?.message).toMatch(
      /missing kinesis:DescribeStream on arn:aws:kinesis:eu-west-1:000000000000:stream\/\* for AWS::DynamoDB::GlobalTable \(create, update\) because property Replicas is set/,
    )
  })

  const edit = (from: string, to: string): void => {
    const rights = join(folder, 'systems/shop/rights.yaml')
    writeFileSync(rights, readFileSync(rights, 'utf8').replaceAll(from, to))
  }

  test('counts no statement that denies as a grant', async () => {
    executionRights(settings(), true)
    edit('Effect: Allow', 'Effect: Deny')
    const [finding] = await findings()
    expect(finding?.message).toMatch(/^Stream needs \d+ actions, granted 0, /)
  })

  test('counts no statement as a grant whose condition has an operator that is not read here', async () => {
    template(
      '',
      `  Archive:\n    Type: AWS::Logs::Destination\n    Properties:\n      DestinationName: !Sub 'shop-\${EnvironmentSuffix}'\n      RoleArn: arn:aws:iam::000000000000:role/dr/shop-archive\n      TargetArn: !GetAtt Stream.Arn\n`,
    )
    executionRights(settings(), true)
    expect(await findings()).toEqual([])
    edit('StringEquals', 'StringNotEquals')
    const [finding] = await findings()
    expect(finding?.message).toMatch(/missing iam:PassRole /)
  })

  test('warns of a type of which nothing is known, and of no other', async () => {
    template(
      '',
      `  Table:\n    Type: AWS::Timestream::Database\n    Properties:\n      DatabaseName: !Sub 'shop-\${EnvironmentSuffix}'\n`,
    )
    expect(await findings()).toMatchObject([
      { rule: 'rights/unknown-type', severity: 'warning', position: { file: file(), line: 8 } },
    ])
  })

  test('compares with what bootstrap would grant where no rights were written', async () => {
    template(
      '',
      `  Archive:\n    Type: AWS::Logs::Destination\n    Properties:\n      DestinationName: !Sub 'other-\${EnvironmentSuffix}'\n      RoleArn: arn:aws:iam::000000000000:role/dr-execution\n      TargetArn: !GetAtt Stream.Arn\n`,
    )
    const [finding] = await findings()
    expect(finding?.message).toMatch(
      /missing iam:PassRole on arn:aws:iam::000000000000:role\/dr-execution .* because property RoleArn is set$/,
    )
  })
})
