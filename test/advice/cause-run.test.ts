// What whole runs say of a failure, wherever its cause lies and whatever could not be seen of it.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { diagnose } from '../../src/lib/execute/actions/diagnose.ts'
import type { Event } from '../../src/lib/core/events.ts'
import { seenOperation } from '../../src/lib/aws/stack-set-views.ts'
import type { Fault } from '../../src/simulator/index.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { reportText } from '../../src/lib/views/report.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'

const folder = fileURLToPath(new URL('../fixtures/miniature', import.meta.url))
const bootstrap = fileURLToPath(new URL('../../cfn/bootstrap.yaml', import.meta.url))
const systemFile = 'systems/miniature/system.yaml'

/** The miniature system with changed or added files; each is given the text of one that is there. */
function miniature(edits: Record<string, { from?: string; edit(text: string): string }> = {}): string {
  const copy = mkdtempSync(join(tmpdir(), 'dr-miniature-'))
  cpSync(folder, copy, { recursive: true })
  cpSync(bootstrap, join(copy, 'bootstrap.yaml'))
  for (const [file, { from = file, edit }] of Object.entries(edits))
    writeFileSync(join(copy, file), edit(readFileSync(join(folder, from), 'utf8')))
  return copy
}

interface Options {
  templates?: string
  faults?: Fault[]
  /** Hears each event as it is told, and may change the simulated account. */
  hear?(event: Event, it: Account): void
}

async function deployed({ templates = miniature(), faults = [], hear }: Options) {
  const it = account({ faults })
  const run = it.run('deploy', { listen: (event) => hear?.(event, it) })
  const report = await deploy(run, await it.target({ system: 'miniature', templates }))
  return { it, report, events: run.events, text: reportText(report, paint(false), 80) }
}

const setOf = (it: Account, stage: string) =>
  Object.values(it.simulator.inspect().stackSets).find(({ name }) => name === `dr-miniature-${stage}-pr123`)

const group: Fault = {
  kind: 'resource-fails',
  stage: 'link',
  region: 'us-east-1',
  logicalId: 'Group',
  type: 'AWS::Logs::LogGroup',
  reason:
    'Resource handler returned message: "Resource of type \'AWS::Logs::LogGroup\' with identifier \'{"/properties/LogGroupName":"miniature-us-east-1-pr123"}\' already exists." (RequestToken: 258db5a1-23c6-5e4b-4d23-7a469fc2de96, HandlerErrorCode: AlreadyExists)',
}

beforeEach(inEmptyFolder)

describe('the cause of a failed run', () => {
  test('S8: two nested stacks deep it is resource and reason, in one screen, without request ids', async () => {
    const templates = miniature({
      'data/group.yaml': {
        edit: (text) =>
          `${text.slice(0, text.indexOf('Resources:'))}Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: inner.yaml
      Parameters:
        EnvironmentSuffix: !Ref EnvironmentSuffix
        KeyArn: !Ref KeyArn
        Peer: !Ref Peer
        Retention: !Ref Retention
Outputs:
  GroupName: { Value: !GetAtt Inner.Outputs.GroupName }
`,
      },
      'data/inner.yaml': { from: 'data/group.yaml', edit: (text) => text },
    })
    const { report, text } = await deployed({ templates, faults: [group] })
    expect(report).toMatchObject({
      exit: 4,
      causes: [
        {
          stage: 'link',
          region: 'us-east-1',
          path: ['Group', 'Inner', 'Group'],
          type: 'AWS::Logs::LogGroup',
          code: 'AlreadyExists',
          unread: [],
        },
      ],
    })
    expect(text.replace(/\s+/g, ' ')).toContain('LogGroupName":"miniature-us-east-1-pr123"}\' already exists.')
    expect(text).not.toContain('RequestToken')
    expect(text.split('\n').length).toBeLessThan(24)
  })

  test('is read by the ARN of a stack that was never followed and is deleted by now', async () => {
    const { it } = await deployed({ faults: [group] })
    const set = setOf(it, 'link')
    const operation = set?.operations.at(-1)
    const stack =
      it.simulator.inspect().stacks[set?.instances.find(({ region }) => region === 'us-east-1')?.stackId ?? '']
    expect([operation?.status, stack?.status]).toEqual(['FAILED', 'DELETE_COMPLETE'])
    const { aws, home, target } = await it.target({ system: 'miniature', templates: miniature() })
    const context = {
      aws,
      home,
      target,
      stopOnLeaving: false,
      patienceMs: 0,
      signal: new AbortController().signal,
      hold: async () => undefined,
      keep: async () => undefined,
    }
    const seen = seenOperation({
      OperationId: operation?.id,
      Status: 'FAILED',
      CreationTimestamp: new Date(operation?.createdAt ?? 0),
      StatusDetails: { FailedStackInstancesCount: 1 },
    })
    const causes = await diagnose(context, { stage: 'link', set: set?.name ?? '', operation: seen, watches: [] })
    expect(causes).toMatchObject([{ region: 'us-east-1', path: ['Group', 'Group'], code: 'AlreadyExists' }])
  })

  test.each([
    [
      'a hook',
      'Private::Guard::Hook',
      ['Store', 'Bucket'],
      'Template failed validation, the following rule(s) failed: no_plain_bucket. (Private::Guard::Hook)',
    ],
    [
      'a check before the deployment',
      'AWS::EarlyValidation::PropertyValidation',
      ['Store', 'Bucket'],
      'Unsupported property [Name] (AWS::EarlyValidation::PropertyValidation at /Resources/Bucket/Properties)',
    ],
  ])('is told by DescribeEvents where %s refused', async (_what, check, path, reason) => {
    const [own = ''] = reason.split(' (')
    const fault: Fault = {
      kind: 'check-fails',
      check,
      stage: 'base',
      region: 'us-east-1',
      logicalId: 'Bucket',
      reason: own,
    }
    const early = check.startsWith('AWS::') ? { path: '/Resources/Bucket/Properties' } : {}
    const { report } = await deployed({ faults: [{ ...fault, ...early }] })
    expect(report).toMatchObject({ exit: 4, causes: [{ region: 'us-east-1', path, type: 'AWS::S3::Bucket', reason }] })
  })

  test('names what could not be read, and says what the operation says', async () => {
    const { report, text } = await deployed({
      faults: [
        group,
        { kind: 'denied', command: 'DescribeStackEvents', region: 'us-east-1' },
        { kind: 'denied', command: 'DescribeEvents', region: 'us-east-1' },
      ],
    })
    expect(report).toMatchObject({
      exit: 4,
      causes: [{ region: 'us-east-1', path: ['Group'], unread: expect.any(Array) as string[] }],
    })
    expect(report.causes[0]?.unread[0]).toMatch(/^root stack \(AccessDenied: /)
    expect(text).toContain('unseen')
  })

  test('is one per region, each with what was cancelled because of it', async () => {
    const { region: _any, ...everywhere } = {
      ...group,
      stage: 'base',
      logicalId: 'Bucket',
      type: 'AWS::S3::Bucket',
    } as Extract<Fault, { kind: 'resource-fails' }>
    const { report } = await deployed({ faults: [everywhere] })
    expect(report.causes.map(({ region, path, cancelled }) => [region, path.join('/'), cancelled])).toEqual([
      ['us-east-1', 'Store/Bucket', 0],
      ['us-west-2', 'Store/Bucket', 0],
    ])
  })

  test('is found for a failed deletion as well', async () => {
    const { it } = await deployed({})
    const faults: Fault[] = [{ ...group, action: 'delete' }]
    const failing = copyOf(it, faults)
    const report = await destroy(
      failing.run('destroy'),
      await failing.target({ system: 'miniature', templates: miniature() }),
      {
        yes: true,
        show: () => undefined,
      },
    )
    expect(report).toMatchObject({
      exit: 6,
      causes: [{ region: 'us-east-1', path: ['Group', 'Group'], code: 'AlreadyExists' }],
    })
  })
})

describe('S9: an operation is followed', () => {
  test('with the instances that start after the first poll', async () => {
    const { report, events } = await deployed({
      faults: [{ kind: 'queued', seconds: 120, command: 'CreateStackInstances' }],
    })
    expect(report.exit).toBe(0)
    const streamed = events.flatMap((it) =>
      it.kind === 'resource' && !/^(bootstrap|dr-rights)/.test(it.stage) ? `${it.stage} ${it.region}` : [],
    )
    expect([...new Set(streamed)].sort()).toEqual([
      'base us-east-1',
      'base us-west-2',
      'link us-east-1',
      'link us-west-2',
    ])
  })

  test.each(['DescribeStackEvents', 'DescribeStackSetOperation', 'ListStackInstances'])(
    'through ten minutes of throttled %s: later, not failure',
    async (command) => {
      const { report } = await deployed({ faults: [{ kind: 'throttle', command, after: 40, for: 600 }] })
      expect(report).toMatchObject({ exit: 0, causes: [] })
    },
  )

  test('and ends as a failure when somebody stopped it', async () => {
    const { report, text } = await deployed({
      hear: (event, it) => {
        if (event.kind !== 'operation-started' || event.stage !== 'link') return
        it.simulator.change((cloud) => {
          const set = Object.values(cloud.stackSets).find(({ name }) => name === 'dr-miniature-link-pr123')
          const operation = set?.operations.at(-1)
          if (operation) operation.status = 'STOPPING'
        })
      },
    })
    expect(report).toMatchObject({ exit: 4, causes: [] })
    expect(report.verdict).toContain('link failed')
    expect(text).toMatch(/operation dr-\S+ ended STOPPED/)
  })

  test('S2: and one that SUCCEEDED within a tolerance of one, with a failed pair, is no success', async () => {
    const { report } = await deployed({
      faults: [group],
      hear: (event, it) => {
        if (event.kind !== 'operation-started') return
        it.simulator.change((cloud) => {
          for (const set of Object.values(cloud.stackSets)) for (const one of set.operations) one.tolerance = 1
        })
      },
    })
    expect(report).toMatchObject({
      exit: 4,
      causes: [{ stage: 'link', region: 'us-east-1', path: ['Group', 'Group'] }],
    })
  })
})

describe('S8: a stage that fails in the middle', () => {
  test('lets what runs finish, and what needs it is skipped and named', async () => {
    const templates = miniature({
      [systemFile]: {
        edit: (text) => `${text}  - name: side
    steps: [[primary, failover]]
    inputs: { PrimaryKeyArn: base.primary.KeyArn, FailoverKeyArn: base.failover.KeyArn }
  - name: last
    steps: [[primary, failover]]
    needs: [link]
    inputs: { PrimaryKeyArn: base.primary.KeyArn, FailoverKeyArn: base.failover.KeyArn }
`,
      },
      'systems/miniature/side.yaml': {
        from: 'systems/miniature/link.yaml',
        edit: (text) => text.replace('data/group', 'data/side'),
      },
      'data/side.yaml': { from: 'data/group.yaml', edit: (text) => text.replaceAll('miniature-$', 'side-$') },
      'systems/miniature/last.yaml': {
        from: 'systems/miniature/link.yaml',
        edit: (text) => text.replace('data/group', 'data/last'),
      },
      'data/last.yaml': { from: 'data/group.yaml', edit: (text) => text.replaceAll('miniature-$', 'last-$') },
    })
    const { report } = await deployed({ templates, faults: [{ ...group, region: 'us-west-2' }] })
    expect(report.stages.map(({ name, outcome, message }) => `${name} ${outcome} ${message}`.trim())).toEqual([
      expect.stringMatching(/^upload succeeded/),
      'base succeeded',
      'link failed',
      'side succeeded',
      'last skipped because link failed',
    ])
    expect(report).toMatchObject({ exit: 4, verdict: expect.stringContaining('link failed, last skipped') as string })
  })
})
