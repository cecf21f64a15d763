// The plan of a change as a person, a log, a pull request and a machine see it, from real runs on the simulator.
// `npx vitest run -u` rewrites the files; the diff is the review.
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { consentOf } from '../../src/lib/confirm/consent.ts'
import { refusedOf } from '../../src/lib/confirm/kept-names.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import { regionsOf } from '../../src/lib/load/environment.ts'
import { masked } from '../../src/lib/core/names.ts'
import { shown } from '../../src/lib/plan/plan.ts'
import type { SettingFlags } from '../../src/lib/load/config.ts'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { planned } from '../../src/lib/runs/planned.ts'
import { errorLine, errorText } from '../../src/lib/views/error.ts'
import { head, type Heading } from '../../src/lib/views/head.ts'
import { lines } from '../../src/lib/views/lines.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { planMarkdown } from '../../src/lib/views/plan-markdown.ts'
import { planText, type PlanView } from '../../src/lib/views/plan.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
import { templatesWith } from '../runs/environment.ts'

const here = resolve('test/golden')
const width = 80
let deployed: Account

beforeAll(async () => {
  inEmptyFolder()
  deployed = account()
  await deploy(deployed.run('deploy'), await deployed.target())
})

const golden = (name: string, text: string): Promise<void> =>
  expect(`${text.replace(/ +$/gm, '')}\n`).toMatchFileSnapshot(join(here, name))

async function seen(flags: SettingFlags, from = deployed): Promise<{ view: PlanView; heading: Heading }> {
  const session = await copyOf(from).target(flags)
  const { plan, usualSeconds, differences, unchecked } = await planned(session, { schema: false })
  const { target, aws, simulated } = session
  const names = { system: target.system.name, suffix: target.suffix, account: masked(aws.account) }
  return {
    view: { stages: shown(plan), usualSeconds, differences, unchecked },
    heading: { verb: 'plan', ...names, regions: regionsOf(target), simulated },
  }
}

/** A change with something of everything: replacement, loss, rights, removal, addition. */
const everything = (): string =>
  templatesWith({
    'data/documents.yaml': (text) => text.replace("BucketName: !Sub '", "BucketName: !Sub 'new-"),
    'compute/transaction-processor.yaml': (text) => text.replace('Action: dynamodb:PutItem', 'Action: [dynamodb:PutItem, dynamodb:DeleteItem]'),
    'data/stream.yaml': (text) =>
      text.replace(
        'Outputs:\n',
        "  Archive:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: !Sub '/archive-${EnvironmentSuffix}'\n      RetentionInDays: 30\n      KmsKeyId: !Ref KeyArn\n\nOutputs:\n",
      ),
  })

describe('a plan', () => {
  test('of a parameter is a line for both regions', async () => {
    const { view, heading } = await seen({ parameter: ['MemorySize=1024'] })
    const text = [head(heading, paint(false), width), '', planText(view, paint(false), width)].join('\n')
    await golden('plan-parameter.txt', text)
    await golden('plan-parameter.md', planMarkdown(view, heading))
  })

  test('of a great change fits 80 columns, and says what it loses and how to allow it', async () => {
    const { view, heading } = await seen({ templates: everything() })
    const text = [head(heading, paint(false), width), '', planText(view, paint(false), width)].join('\n')
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([])
    await golden('plan-everything.txt', text)
    await golden('plan-everything.md', planMarkdown(view, heading))
    const written: string[] = []
    const listen = lines((line) => written.push(line))
    listen({ at: 0, kind: 'planned', ...view })
    await golden('plan-everything-lines.txt', written.join('\n'))
    await golden('plan-everything.json', JSON.stringify({ ...view.differences, consent: consentOf(view.differences) }, undefined, 2))
  })

  test('of a resource that keeps its fixed name says why it is refused and what helps, and so does the deploy', async () => {
    const templates = templatesWith({
      'compute/transaction-processor.yaml': (text) =>
        text.replace('GroupDescription: Traffic of the transaction processor', 'GroupDescription: Other traffic'),
    })
    const { view, heading } = await seen({ templates, parameter: ['MemorySize=1024'] })
    const text = [head(heading, paint(false), width), '', planText(view, paint(false), width)].join('\n')
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([])
    await golden('plan-kept-name.txt', text)
    await golden('plan-kept-name.md', planMarkdown(view, heading))
    const written: string[] = []
    const listen = lines((line) => written.push(line))
    listen({ at: 0, kind: 'planned', ...view })
    await golden('plan-kept-name-lines.txt', written.join('\n'))
    const { differences } = view
    const machines = { ...differences, consent: consentOf(differences), refused: refusedOf(differences) }
    await golden('plan-kept-name.json', JSON.stringify(machines, undefined, 2))
    const session = await copyOf(deployed).target({ templates, parameter: ['MemorySize=1024'] })
    const error: unknown = await deploy(copyOf(deployed).run('deploy'), session).catch((it: unknown) => it)
    if (!(error instanceof DrError)) throw new Error('the deploy was not refused')
    const { exit, code, message, hint } = error
    await golden('deploy-kept-name.txt', errorText(message, hint, exit, paint(false), width))
    await golden('deploy-kept-name.json', JSON.stringify(JSON.parse(errorLine(exit, code, message, hint)), undefined, 2))
  })

  test('of stuck stacks says what is done about each, and what is refused', async () => {
    const it = copyOf(deployed)
    const states: Record<string, string> = {
      'data us-east-1': 'UPDATE_IN_PROGRESS',
      'data us-west-2': 'UPDATE_ROLLBACK_FAILED',
      'app us-east-1': 'UPDATE_FAILED',
      'app us-west-2': 'DELETE_FAILED',
      'dns us-east-1': 'DELETE_COMPLETE',
      'dns us-west-2': 'REVIEW_IN_PROGRESS',
    }
    it.simulator.change(({ stackSets, stacks }) => {
      for (const { name, instances } of Object.values(stackSets))
        for (const instance of instances) {
          const status = states[`${name.split('-')[2]} ${instance.region}`]
          const stack = stacks[instance.stackId ?? '']
          if (status !== undefined && stack) stack.status = status
          if (status === 'DELETE_COMPLETE') instance.status = 'INOPERABLE'
        }
    })
    const { view, heading } = await seen({}, it)
    const text = [head(heading, paint(false), width), '', planText(view, paint(false), width)].join('\n')
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([])
    await golden('plan-stuck.txt', text)
    await golden('plan-stuck.md', planMarkdown(view, heading))
    const written: string[] = []
    const listen = lines((line) => written.push(line))
    listen({ at: 0, kind: 'planned', ...view })
    await golden('plan-stuck-lines.txt', written.join('\n'))
    await golden('plan-stuck.json', JSON.stringify(view.differences.stuck, undefined, 2))
  })
})
