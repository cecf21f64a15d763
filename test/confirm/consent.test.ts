import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allowedNames,
  consentOf,
  flagsFor,
  isTail,
  judge,
  needsConsent,
  obtain,
  orphanNames,
  said,
  shortName,
} from '../../src/lib/confirm/consent.ts'
import { DrError } from '../../src/lib/core/errors.ts'
import type { Action, Differences, ResourceDifference } from '../../src/lib/core/difference.ts'

const resource = (path: string, action: Action, more: Partial<ResourceDifference> = {}): ResourceDifference => ({
  path: path.split('/'),
  type: 'AWS::S3::Bucket',
  action,
  loss: false,
  properties: [],
  rights: [],
  ...more,
})

const instance = (stage: string, ...resources: ResourceDifference[]): Differences['instances'][number] => ({
  stage,
  region: 'us-east-1',
  parameters: [],
  tags: [],
  resources,
})

const differences = (...instances: Differences['instances']): Differences => ({ instances, orphans: [], stuck: [] })

const exitOf = (run: () => unknown): unknown => {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof DrError ? `${error.exit} ${error.message} ${error.hint}` : error
  }
}

const none = { yes: false, allowReplace: [] }

describe('what needs consent', () => {
  test('is what a plan replaces, may replace, deletes, or gives rights to; not what it adds, changes or leaves', () => {
    const all = differences(
      instance(
        'data',
        resource('A', 'added'),
        resource('B', 'changed'),
        resource('C', 'retained'),
        resource('D', 'replaced'),
        resource('E', 'may-replace'),
        resource('F', 'removed'),
        resource('G', 'added', { rights: ['s3:* on everything'] }),
      ),
    )
    expect(needsConsent(all).map(({ name, why }) => `${name} ${why}`)).toEqual([
      'data/D replaced',
      'data/E may be replaced',
      'data/F deleted',
      'data/G widens rights',
    ])
  })

  test('is not what CloudFormation refuses: a kept name, another type', () => {
    const refused = differences(
      instance(
        'data',
        resource('A', 'replaced', { keptName: 'a', loss: true }),
        resource('B', 'replaced', { formerType: 'AWS::SNS::Topic', rights: ['s3:*'] }),
      ),
    )
    expect(needsConsent(refused)).toEqual([{ name: 'data/B', why: 'widens rights', loss: false }])
  })

  test('is asked for once, though it happens in both regions, and is loss where one of them loses', () => {
    const both = differences(
      instance('data', resource('N/B', 'replaced')),
      instance('data', resource('N/B', 'replaced', { loss: true })),
    )
    const need = [{ name: 'data/N/B', why: 'replaced', loss: true }]
    expect(needsConsent(both)).toEqual(need)
    expect(needsConsent({ ...both, instances: both.instances.toReversed() })).toEqual(need)
  })

  test('is also an instance whose inside cannot be seen', () => {
    const blind = differences({ ...instance('app'), unread: 'the deployed templates could not be read' })
    expect(consentOf(blind)).toEqual([{ name: 'app', why: 'not comparable', loss: false, flag: '--yes' }])
    expect(judge(blind, none, []).open).toHaveLength(1)
    expect(judge(blind, { yes: true, allowReplace: [] }, []).open).toEqual([])
  })
})

describe('--yes and --allow-replace', () => {
  const plan = differences(
    instance('data', resource('Documents/Bucket', 'replaced', { loss: true }), resource('Documents/Policy', 'removed')),
    instance('app', resource('Api/Role', 'changed', { rights: ['sts:AssumeRole'] })),
  )

  test('are one flag for each thing: --yes is for rights alone, and never for loss', () => {
    const open = (allowReplace: string[], yes = false): string[] =>
      judge(plan, { yes, allowReplace }, []).open.map(({ name }) => name)
    expect(open([])).toEqual(['data/Documents/Bucket', 'data/Documents/Policy', 'app/Api/Role'])
    expect(open([], true)).toEqual(['data/Documents/Bucket', 'data/Documents/Policy'])
    expect(open(['Policy'], true)).toEqual(['data/Documents/Bucket'])
    expect(open(['Policy', 'Documents/Bucket'], true)).toEqual([])
    expect(flagsFor(needsConsent(plan))).toEqual([
      '--allow-replace Documents/Bucket',
      '--allow-replace Documents/Policy',
      '--yes',
    ])
  })

  test('that name several things, or nothing, are a mistake (2) and say what there is', () => {
    const names = ['data/A/Bucket', 'data/B/Bucket']
    expect(exitOf(() => allowedNames(['Bucket'], names, []))).toMatch(/^2 .*data\/A\/Bucket and data\/B\/Bucket/)
    expect(exitOf(() => allowedNames(['ucket'], names, []))).toMatch(
      /^2 .*names nothing.*it would be: data\/A\/Bucket/s,
    )
    expect([...allowedNames(['A/Bucket'], names, [])]).toEqual(['data/A/Bucket'])
  })

  test('may name what the templates have and this plan leaves alone: the same command resumes', () => {
    expect([...allowedNames(['Old/Table'], ['app/Role'], ['data/Old/Table'])]).toEqual([])
    expect([...allowedNames(['Gone/Table'], [], [])]).toEqual([])
  })
})

describe('what is left open', () => {
  test('blocks a deploy only where data would be lost', () => {
    const both = differences(instance('data', resource('A', 'removed', { loss: true }), resource('B', 'removed')))
    const { open, blocked } = judge(both, none, [])
    expect([open.map(({ name }) => name), blocked.map(({ name }) => name)]).toEqual([['data/A', 'data/B'], ['data/A']])
  })

  test('removes an orphan only when it is named, and one region of a stage without the others', () => {
    const orphan = (stage: string, whole: boolean) => ({ stage, whole, regions: ['us-east-1', 'us-west-2'] })
    const old = { ...differences(), orphans: [orphan('old', true), orphan('app', false)] }
    expect(orphanNames(old)).toEqual(['old', 'app/us-east-1', 'app/us-west-2'])
    expect([...judge(old, { ...none, yes: true }, []).remove]).toEqual([])
    expect([...judge(old, { ...none, allowReplace: ['old', 'app/us-west-2'] }, []).remove]).toEqual([
      'old',
      'app/us-west-2',
    ])
  })

  test('is named with the flags for it alone', () => {
    const need = (why: 'replaced' | 'widens rights' | 'not comparable') => ({ name: 'app/Role', why, loss: false })
    expect(flagsFor([need('replaced')])).toEqual(['--allow-replace Role'])
    expect(flagsFor([need('widens rights')])).toEqual(['--yes'])
    expect(flagsFor([need('not comparable')])).toEqual(['--yes'])
  })

  test('is said in a sentence that names what would be lost', () => {
    const sentence = (why: Parameters<typeof said>[0]['why'], loss = false): string =>
      said({ name: 'app/A', why, loss })
    expect(sentence('replaced')).toBe('app/A would be replaced')
    expect(sentence('may be replaced', true)).toBe('app/A may be replaced and its data lost')
    expect(sentence('deleted', true)).toBe('app/A would be deleted and its data lost')
    expect(sentence('widens rights')).toBe('app/A gets rights that it does not have now')
    expect(sentence('not comparable')).toBe('what changes inside app/A cannot be seen')
  })
})

describe('asking', () => {
  const rights = judge(differences(instance('app', resource('Role', 'changed', { rights: ['iam:*'] }))), none, [])
  const loss = judge(differences(instance('data', resource('Bucket', 'removed', { loss: true }))), none, [])
  const answers = (answer: string | undefined) => async () => answer

  test('goes on after yes only', async () => {
    await expect(obtain(rights, answers('y'))).resolves.toBeUndefined()
    await expect(obtain(rights, answers('YES'))).resolves.toBeUndefined()
    for (const answer of ['', 'n', 'yolo'])
      await expect(obtain(rights, answers(answer))).rejects.toMatchObject({ exit: 3, code: 'Declined' })
  })

  test('is refused without a terminal, with the flag that allows it', async () => {
    await expect(obtain(rights, answers(undefined))).rejects.toMatchObject({
      exit: 3,
      code: 'ConsentNeeded',
      hint: /--yes/,
    })
  })

  test('is not done where nothing is left open', async () => {
    await expect(obtain(judge(differences(), none, []), answers(undefined))).resolves.toBeUndefined()
  })

  test('says what for, except to a person who has just read the plan', async () => {
    const asked: string[] = []
    const ask = async (question: string): Promise<string> => (asked.push(question), 'y')
    await obtain(rights, ask)
    await obtain(rights, ask, true)
    expect(asked).toEqual(['app/Role gets rights that it does not have now\n   Go on? y/N ', 'Go on? y/N '])
  })

  test('is never done about loss of data: the flag has to be given', async () => {
    const asked: string[] = []
    const ask = async (question: string): Promise<string> => (asked.push(question), 'y')
    await expect(obtain(loss, ask)).rejects.toMatchObject({
      exit: 3,
      code: 'DataLoss',
      hint: /--allow-replace data\/Bucket|--allow-replace Bucket/,
    })
    expect(asked).toEqual([])
  })
})

describe('tails of names', () => {
  const step = fc.stringMatching(/^[A-Z][A-Za-z]{0,3}$/)
  const name = fc.array(step, { minLength: 2, maxLength: 4 }).map((steps) => steps.join('/'))
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 12 })

  test('a full name means itself, and so does the short one that dr shows', () => {
    fc.assert(
      fc.property(names, (all) => {
        for (const one of all) {
          expect([...allowedNames([one], all, [])]).toEqual([one])
          expect([...allowedNames([shortName(one, all)], all, [])]).toEqual([one])
        }
      }),
    )
  })

  test('a full name is no tail of a longer one', () => {
    expect([...allowedNames(['data/Bucket'], ['archive/data/Bucket', 'data/Bucket'], [])]).toEqual(['data/Bucket'])
  })

  test('a tail means whole steps from the end, and never more than one thing', () => {
    fc.assert(
      fc.property(names, step, (all, tail) => {
        const meant = all.filter((one) => one.split('/').at(-1) === tail)
        expect(all.filter((one) => isTail(tail, one))).toEqual(meant)
        const found = exitOf(() => allowedNames([tail], all, []))
        expect(found === undefined).toBe(meant.length === 1)
      }),
    )
  })
})
