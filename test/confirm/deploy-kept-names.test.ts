// What CloudFormation never replaces, a resource that keeps its fixed name or changes its type: no flag and no answer allows
// it, and the message says what helps.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Consent } from '../../src/lib/confirm/consent.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { type Account, copyOf, inEmptyFolder } from '../cloud.ts'
import { cloudOf, standing, substance, templatesWith } from '../runs/environment.ts'

let deployed: Account

beforeAll(async () => {
  deployed = await standing()
})
beforeEach(inEmptyFolder)

const group = 'Processor/SecurityGroup'
const processor = 'compute/transaction-processor.yaml'

/** GroupDescription cannot be changed in place, so the group would be replaced. It lies in a nested stack. */
const otherDescription = (text: string): string =>
  text.replace('GroupDescription: Traffic of the transaction processor', 'GroupDescription: Other traffic')
const otherName = (text: string): string => text.replace("GroupName: !Sub '${Name}-", "GroupName: !Sub 'new-${Name}-")

const sameName = (): string => templatesWith({ [processor]: otherDescription })
const newName = (): string => templatesWith({ [processor]: (text) => otherName(otherDescription(text)) })

const none: Consent = { yes: false, allowReplace: [] }

describe('a deploy that would replace a resource under its fixed name', () => {
  test.each<[string, Consent, string | undefined]>([
    ['without flags and terminal', none, undefined],
    ['with --yes', { ...none, yes: true }, undefined],
    ['with --allow-replace', { ...none, allowReplace: [group] }, undefined],
    ['with --allow-replace by its full name', { ...none, allowReplace: [`app/${group}`] }, undefined],
    ['with both flags', { yes: true, allowReplace: [group] }, undefined],
    ['by a person who would agree', none, 'y'],
  ])('is refused %s: exit 3, nothing changed and no question', async (_, consent, answer) => {
    const it = copyOf(deployed)
    const before = substance(it)
    const session = await it.target({ templates: sameName() })
    const asked: string[] = []
    const run = { ...it.run('deploy'), ask: async (question: string) => (asked.push(question), answer) }
    await expect(deploy(run, session, consent)).rejects.toMatchObject({ exit: 3, code: 'KeepsName' })
    expect(asked).toEqual([])
    expect(session.aws.calls.mutating).toEqual({})
    expect(substance(it)).toEqual(before)
  })

  test('names it once for both regions, with its nested stack, the property and the name', async () => {
    const it = copyOf(deployed)
    await expect(deploy(it.run('deploy'), await it.target({ templates: sameName() }), none)).rejects.toMatchObject({
      message:
        `app/${group} would be replaced because of GroupDescription, but it keeps its fixed name ` +
        'transaction-processor-pr123: CloudFormation refuses that\nnothing was changed',
      hint: expect.stringMatching(/^no flag allows this: .*another name.*another suffix.*dr destroy/) as string,
    })
  })

  test('emits the plan for a log, and shows it to a person before the refusal', async () => {
    const it = copyOf(deployed)
    const templates = sameName()
    const run = it.run('deploy')
    await expect(deploy(run, await it.target({ templates }), none)).rejects.toMatchObject({ code: 'KeepsName' })
    expect(run.events.map(({ kind }) => kind)).toEqual(['planned'])
    const shown: unknown[] = []
    const show = (facts: unknown): void => void shown.push(facts)
    const again = deploy(it.run('deploy'), await it.target({ templates }), { ...none, show })
    await expect(again).rejects.toMatchObject({ code: 'KeepsName' })
    expect(shown).toHaveLength(1)
  })

  test('names the parameter to set back when a parameter causes it', async () => {
    const it = copyOf(deployed)
    const session = await it.target({ parameter: ['foundation.PrimaryVpcCidr=10.9.0.0/16'] })
    await expect(deploy(it.run('deploy'), session, { ...none, yes: true })).rejects.toMatchObject({
      code: 'KeepsName',
      message: expect.stringMatching(/^app\/Processor\/SecurityGroup .* because of VpcId/) as string,
      hint: expect.stringContaining(
        '(a changed parameter may be the cause: foundation.PrimaryVpcCidr from 10.0.0.0/16 to 10.9.0.0/16)',
      ) as string,
    })
  })
})

describe('a deploy that replaces a resource whose name changes too', () => {
  test('is refused without consent, and names the flag', async () => {
    const it = copyOf(deployed)
    await expect(deploy(it.run('deploy'), await it.target({ templates: newName() }), none)).rejects.toMatchObject({
      exit: 3,
      code: 'ConsentNeeded',
      hint: expect.stringContaining(`--allow-replace ${group}`) as string,
    })
  })

  test('replaces it in both regions with --allow-replace', async () => {
    const it = copyOf(deployed)
    const session = await it.target({ templates: newName() })
    const report = await deploy(it.run('deploy'), session, { yes: true, allowReplace: [group] })
    expect(report).toMatchObject({ exit: 0, causes: [] })
    const names = Object.values(cloudOf(it).resources)
      .filter(({ type }) => type === 'AWS::EC2::SecurityGroup')
      .map(({ region, properties }) => `${region} ${String(properties['GroupName'])}`)
      .filter((name) => name.endsWith('transaction-processor-pr123'))
    expect(names.sort()).toEqual([
      'us-east-1 new-transaction-processor-pr123',
      'us-west-2 new-transaction-processor-pr123',
    ])
  })
})

describe('a deploy that gives a logical id another type', () => {
  const archive = (body: string): string =>
    templatesWith({ 'data/stream.yaml': (text) => text.replace('Outputs:\n', `  Archive:\n${body}\nOutputs:\n`) })
  const group =
    "    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: !Sub '/dr/transactions-kept-${EnvironmentSuffix}'\n      RetentionInDays: 30\n      KmsKeyId: !Ref KeyArn\n"
  const parameter =
    "    Type: AWS::SSM::Parameter\n    Properties:\n      Name: !Sub '/dr/transactions-kept-${EnvironmentSuffix}'\n      Type: String\n      Value: x\n"

  test('is refused with every flag, and asks for another logical id', async () => {
    const it = copyOf(deployed)
    await deploy(it.run('deploy'), await it.target({ templates: archive(group) }), none)
    const session = await it.target({ templates: archive(parameter) })
    const consent = { yes: true, allowReplace: ['LogStream/Archive'] }
    await expect(deploy(it.run('deploy'), session, consent)).rejects.toMatchObject({
      exit: 3,
      code: 'ChangesType',
      message:
        'data/LogStream/Archive would change its type from AWS::Logs::LogGroup to AWS::SSM::Parameter: ' +
        'CloudFormation refuses that\nnothing was changed',
      hint: expect.stringMatching(/^no flag allows this: give .* another logical id in its template, deploy/) as string,
    })
    expect(session.aws.calls.mutating).toEqual({})
  })
})
