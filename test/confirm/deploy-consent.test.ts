import { existsSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Consent } from '../../src/lib/confirm/consent.ts'
import { Interrupted } from '../../src/lib/execute/operate.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { cloudOf, setOf, stacksOf, substance, templatesWith } from '../runs/environment.ts'

let deployed: Account

beforeAll(async () => {
  inEmptyFolder()
  deployed = account()
  await deploy(deployed.run('deploy'), await deployed.target())
})
beforeEach(inEmptyFolder)

const none: Consent = { yes: false, allowReplace: [] }

const renamedBucket = (): string =>
  templatesWith({ 'data/documents.yaml': (text) => text.replace("BucketName: !Sub '", "BucketName: !Sub 'new-") })

const widerRole = (): string =>
  templatesWith({
    'compute/transaction-processor.yaml': (text) =>
      text.replace('Action: dynamodb:PutItem', 'Action: [dynamodb:PutItem, dynamodb:DeleteItem]'),
  })

/** Expects the deploy to be refused, with nothing changed and no lock taken. */
async function refused(
  templates: string,
  options: Consent,
  answer: string | undefined,
  like: { exit: number; code?: string; hint?: string },
): Promise<void> {
  const it = copyOf(deployed)
  const before = substance(it)
  const session = await it.target({ templates })
  const run = it.run('deploy', { answer })
  await expect(deploy(run, session, options)).rejects.toMatchObject(like)
  expect(session.aws.calls.mutating).toEqual({})
  expect(substance(it)).toEqual(before)
  // The log shows what was refused; where consent means nothing there is nothing to show.
  expect(run.events.map(({ kind }) => kind)).toEqual(like.code === 'UnknownConsent' ? [] : ['planned'])
}

describe('a deploy that widens rights', () => {
  test('without a terminal is refused (3) and names --yes', async () => {
    await refused(widerRole(), none, undefined, { exit: 3, hint: expect.stringMatching(/ --yes$/) as string })
  })

  test('is asked about on a terminal, and declined by anything but yes', async () => {
    await refused(widerRole(), none, 'no', { exit: 3, code: 'Declined' })
    const it = copyOf(deployed)
    const session = await it.target({ templates: widerRole() })
    expect(await deploy(it.run('deploy', { answer: 'y' }), session, none)).toMatchObject({ exit: 0 })
  })

  test('goes with --yes', async () => {
    const it = copyOf(deployed)
    const session = await it.target({ templates: widerRole() })
    expect(await deploy(it.run('deploy'), session, { ...none, yes: true })).toMatchObject({ exit: 0 })
  })
})

describe('a deploy that loses data', () => {
  test('is refused even with --yes, and nobody is asked', async () => {
    const like = {
      exit: 3,
      code: 'DataLoss',
      hint: expect.stringContaining('--allow-replace Documents/Bucket') as string,
    }
    await refused(renamedBucket(), { ...none, yes: true }, 'y', like)
  })

  test('is refused (2) where the consent is to something else', async () => {
    const options = { yes: true, allowReplace: ['Documents/Bukket'] }
    await refused(renamedBucket(), options, undefined, { exit: 2, code: 'UnknownConsent' })
  })

  test('goes when it is allowed by name; repeated as it was, it has nothing more to do and refuses nothing', async () => {
    const archived = templatesWith({
      'data/stream.yaml': (text) =>
        text.replace(
          'Outputs:\n',
          "  Archive:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: !Sub '/dr/transactions-kept-${EnvironmentSuffix}'\n      RetentionInDays: 30\n      KmsKeyId: !Ref KeyArn\n\nOutputs:\n",
        ),
    })
    const it = copyOf(deployed)
    const groups = (): number =>
      Object.values(cloudOf(it).resources).filter(({ physicalId }) => physicalId === '/dr/transactions-kept-pr123')
        .length
    await deploy(it.run('deploy'), await it.target({ templates: archived }), none)
    expect(groups()).toBe(2)
    await expect(deploy(it.run('deploy'), await it.target(), none)).rejects.toMatchObject({ code: 'DataLoss' })
    expect(groups()).toBe(2)
    const allowed = { ...none, allowReplace: ['LogStream/Archive'] }
    expect(await deploy(it.run('deploy'), await it.target(), allowed)).toMatchObject({ exit: 0, causes: [] })
    expect(groups()).toBe(0)
    const again = deploy(it.run('deploy'), await it.target(), allowed)
    await expect(again).resolves.toMatchObject({ exit: 0, stages: [] })
  })
})

describe('a deploy that may replace a bucket under a name of our own', () => {
  test('makes the new one, lets replication follow, and removes the old one', async () => {
    const it = copyOf(deployed)
    const options = { yes: true, allowReplace: ['Documents/Bucket', 'Documents/BucketPolicy'] }
    const templates = templatesWith({
      // The new name wherever the bucket is meant: its own, and the destination of the other region's replication.
      'data/documents.yaml': (text) => text.replaceAll(/(s3:::|BucketName: !Sub ')\$\{Name\}-/g, '$1$${Name}-new-'),
    })
    expect(await deploy(it.run('deploy'), await it.target({ templates }), options)).toMatchObject({
      exit: 0,
      causes: [],
    })
    const names = Object.values(cloudOf(it).buckets).map(({ name }) => name)
    expect(
      names.filter((name) => /documents-(new-)?pr123/.test(name)).every((name) => name.startsWith('documents-new-')),
    ).toBe(true)
  })
})

describe('consent that was given for two things', () => {
  test('is taken again when one of them is done: the command that was interrupted is repeated as it was', async () => {
    const group = (id: string): string =>
      `  ${id}:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: !Sub '/dr/transactions-${id}-\${EnvironmentSuffix}'\n      RetentionInDays: 30\n      KmsKeyId: !Ref KeyArn\n`
    const archived = (...ids: string[]): string =>
      templatesWith({
        'data/stream.yaml': (text) => text.replace('Outputs:\n', `${ids.map(group).join('')}\nOutputs:\n`),
      })
    const it = copyOf(deployed)
    await deploy(it.run('deploy'), await it.target({ templates: archived('One', 'Two') }), none)
    const both = { yes: true, allowReplace: ['LogStream/One', 'LogStream/Two'] }
    // One has gone in a run that did not come to its end: no release knows a state without it.
    const controller = new AbortController()
    const half = it.run('deploy', {
      signal: controller.signal,
      listen: (event) => {
        if (event.kind === 'stage-started' && event.stage === 'app') controller.abort(new Interrupted('left'))
      },
    })
    await deploy(half, await it.target({ templates: archived('Two') }), { ...both, allowReplace: ['LogStream/One'] })
    const report = await deploy(it.run('deploy'), await it.target(), both)
    expect(report).toMatchObject({ exit: 0, causes: [] })
    await expect(
      deploy(it.run('deploy'), await it.target({ templates: archived('Three') }), {
        yes: true,
        allowReplace: ['Four'],
      }),
    ).resolves.toMatchObject({ exit: 0 })
  })
})

describe('consent', () => {
  test('is not needed for a first deploy, nor for one that only changes and adds', async () => {
    const it = copyOf(deployed)
    expect(await deploy(it.run('deploy'), await it.target({ parameter: ['MemorySize=1024'] }), none)).toMatchObject({
      exit: 0,
    })
  })

  test('is asked after the plan was shown, and the live screen begins after the answer', async () => {
    const it = copyOf(deployed)
    const order: string[] = []
    const listen = ({ kind }: { kind: string }): void => void (kind === 'planned' && order.push(kind))
    const run = it.run('deploy', { listen })
    const asking = { ...run, ask: async () => (order.push('asked'), 'y') }
    await deploy(asking, await it.target({ templates: widerRole() }), { ...none, show: () => order.push('shown') })
    expect(order).toEqual(['shown', 'asked', 'planned'])
  })
})

describe('a stage that left system.yaml', () => {
  // The dns stage gives keys that nothing else needs.
  const without = (): string =>
    templatesWith({
      'systems/transactions/system.yaml': (text) =>
        text
          .slice(0, text.indexOf('  # One stack set, two contents'))
          .replaceAll(/^ {4}(dns\..*|# Route 53 publishes.*)\n/gm, '')
          .replace('  small:\n', '  small: {}\n'),
    })

  test('is shown, stands, and is no change', async () => {
    const it = copyOf(deployed)
    const templates = without()
    const session = await it.target({ templates })
    const { differences } = await planned(session, { schema: false })
    expect(differences).toEqual({
      instances: [],
      orphans: [{ stage: 'dns', regions: ['us-east-1', 'us-west-2'], whole: true }],
      stuck: [],
    })
    const report = await deploy(it.run('deploy'), session, none)
    expect(report).toMatchObject({ exit: 0 })
    // What stands is recorded as a release without that stage; nothing but the record is written.
    expect(report.stages.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([])
    expect(setOf(it, 'dns').instances).toHaveLength(2)
  })

  test('goes when it is named, after all that stays is in place', async () => {
    const it = copyOf(deployed)
    const session = await it.target({ templates: without() })
    const report = await deploy(it.run('deploy'), session, { ...none, allowReplace: ['dns'] })
    expect(report).toMatchObject({ exit: 0, causes: [] })
    expect(report.stages.at(-1)).toMatchObject({ name: 'dns', outcome: 'succeeded' })
    expect(() => setOf(it, 'dns')).toThrow()
    expect(stacksOf(it).filter(({ name }) => /-dns-/.test(name))).toEqual([])
    expect((await planned(await it.target({ templates: without() }), { schema: false })).differences.orphans).toEqual(
      [],
    )
  })

  test('of another suffix or another owner is none of ours', async () => {
    const it = copyOf(deployed)
    it.simulator.change((cloud) => {
      for (const set of Object.values(cloud.stackSets))
        if (set.name === 'dr-transactions-dns-pr123') set.tags['EnvironmentSuffix'] = 'dns-pr123'
    })
    expect((await planned(await it.target({ templates: without() }), { schema: false })).differences.orphans).toEqual(
      [],
    )
    expect(existsSync('cfn-outputs')).toBe(false)
  })
})

describe('a region that a stage left', () => {
  const elsewhere = (): string =>
    templatesWith({
      'systems/transactions/system.yaml': (text) =>
        text
          .replace(/( {2}- name: dns\n {4}steps: )\[\[primary, failover\]\]/, '$1[[primary]]')
          .replace('      failover: [DeadManRoleArn]\n', ''),
    })

  test('is shown and stands, and goes alone when it is named', async () => {
    const it = copyOf(deployed)
    const templates = elsewhere()
    const orphans = [{ stage: 'dns', regions: ['us-west-2'], whole: false }]
    expect((await planned(await it.target({ templates }), { schema: false })).differences.orphans).toEqual(orphans)
    const allowed = { ...none, allowReplace: ['dns/us-west-2'] }
    const report = await deploy(it.run('deploy'), await it.target({ templates }), allowed)
    expect(report).toMatchObject({ exit: 0, causes: [] })
    expect(setOf(it, 'dns').instances.map(({ region }) => region)).toEqual(['us-east-1'])
    expect((await planned(await it.target({ templates }), { schema: false })).differences.orphans).toEqual([])
  })
})
