// Cases of the evaluator that others judge: AWS's documentation, recorded answers of AWS, and public test suites.
// Each case in outside/*.yaml names the place that says its answer. No expected value comes from our own output.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../src/lib/core/model.ts'
import { evaluate } from '../../src/lib/templates/evaluate.ts'
import { EvaluationError, type Evaluation, type TemplateBody, type World } from '../../src/lib/templates/evaluation.ts'
import { loadYaml } from '../../src/lib/templates/load.ts'
import { templateSchema } from '../../src/lib/templates/tags.ts'
import { hasToken } from '../../src/lib/templates/tokens.ts'

/** Where the path of a source begins, at the commit that was read. Pages of the guide are named without their ending. */
const places: Record<string, string> = {
  guide:
    'https://github.com/awsdocs/aws-cloudformation-user-guide/blob/6c68a17aef7f0ccd1f6786f19da341d8c92737e7/doc_source/',
  localstack: 'https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/',
  'cfn-lint': 'https://github.com/aws-cloudformation/cfn-lint/blob/217397c819d2cebe4c1e836c9ab18fafd0e10135/',
  moto: 'https://github.com/getmoto/moto/blob/0af643a5dbfc98797f08ee64f5be3ef8002d56ff/',
  pulumi: 'https://github.com/pulumi/pulumi-cdk/blob/32e16d1a30e43cfc85e73927f7b13aedc3107f0b/',
  cdkd: 'https://github.com/go-to-k/cdkd/blob/55270a57651d528a674334356df24aa05d4cf143/',
}

interface Case {
  test: string
  source: string
  /** Sections of the template; a resource A of no known type stands in when it has none. */
  template?: Partial<TemplateBody>
  given?: Record<string, string>
  /** What Ref and GetAtt (`A.Arn`) give where it matters. */
  refs?: Record<string, string>
  attributes?: Record<string, Value>
  /** What is resolved, and what it gives. */
  value?: Value
  gives?: Value
  /** The value is known only at AWS. */
  later?: boolean
  conditions?: Record<string, boolean>
  parameters?: Record<string, Value>
  resources?: string[]
  properties?: Record<string, Value>
  dependencies?: Record<string, string[]>
  outputs?: Record<string, Value>
  /** A part of the reason, as a regular expression. */
  refuses?: string
  /** Why the evaluator refuses what AWS answers. It must refuse: another value would be a wrong one. */
  known?: string
}

const folder = join(import.meta.dirname, 'outside')
const groups = readdirSync(folder).map((file) => ({
  file,
  cases: loadYaml(join(folder, file), templateSchema).data as Case[],
}))

const worldOf = ({ refs = {}, attributes = {} }: Case): World => ({
  pseudo: {
    'AWS::Region': 'us-east-1',
    'AWS::AccountId': '123456789012',
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'orders',
    'AWS::StackId': 'arn:aws:cloudformation:us-east-1:123456789012:stack/orders/5dd694c0-992c-11f0-9d8f-9d8f0a1b2c3d',
  },
  zones: (region) => ['a', 'b', 'c', 'd'].map((letter) => region + letter),
  ref: (id) => refs[id] ?? `id of ${id}`,
  attribute: (id, name) => attributes[`${id}.${name}`] ?? `${name} of ${id}`,
})

/** The evaluation, after everything in it was asked for, because AWS asks for everything. */
function evaluated(it: Case): Evaluation {
  const body = { Resources: { A: { Type: 'T' } }, ...it.template } as TemplateBody
  if (it.value !== undefined && body.Outputs === undefined) {
    body.Resources = { ...body.Resources, Holder: { Type: 'T', Properties: { Value: it.value } } }
  }
  const evaluation = evaluate(body, it.given ?? {}, worldOf(it))
  for (const id of evaluation.resources) evaluation.properties(id)
  evaluation.outputs()
  return evaluation
}

const pick = (all: Record<string, unknown>, like: object): Record<string, unknown> =>
  Object.fromEntries(Object.keys(like).map((key) => [key, all[key]]))

function expectAnswer(it: Case): void {
  const evaluation = evaluated(it)
  if (it.gives !== undefined) expect(evaluation.resolve(it.value ?? null)).toEqual(it.gives)
  if (it.later) expect(hasToken(JSON.stringify(evaluation.resolve(it.value ?? null)))).toBe(true)
  if (it.conditions) expect(pick(evaluation.conditions, it.conditions)).toEqual(it.conditions)
  if (it.parameters) expect(pick(evaluation.parameters, it.parameters)).toEqual(it.parameters)
  if (it.resources) expect(evaluation.resources).toEqual(it.resources)
  if (it.outputs) expect(evaluation.outputs()).toEqual(it.outputs)
  for (const [id, properties] of Object.entries(it.properties ?? {})) {
    expect(evaluation.properties(id)).toEqual(properties)
  }
  for (const [id, needed] of Object.entries(it.dependencies ?? {})) {
    expect(evaluation.dependencies(id)).toEqual(needed)
  }
}

const refusal = (it: Case): string => {
  try {
    evaluated(it)
  } catch (error) {
    if (error instanceof EvaluationError) return error.message
    throw error
  }
  return 'it was accepted'
}

describe.each(groups)('others judge $file', ({ cases }) => {
  test.each(cases)('$test', (it) => {
    if (it.known !== undefined) expect(refusal(it)).not.toBe('it was accepted')
    else if (it.refuses === undefined) expectAnswer(it)
    else expect(refusal(it)).toMatch(new RegExp(it.refuses))
  })
})

describe('the cases', () => {
  const all = groups.flatMap(({ cases }) => cases)
  const answers = ['gives', 'later', 'conditions', 'parameters', 'resources', 'properties', 'dependencies', 'outputs']

  test('are at least 150, each with one kind of answer and an address', () => {
    expect(all.length).toBeGreaterThanOrEqual(150)
    for (const it of all) {
      const given = [...answers, 'refuses'].filter((key) => key in it)
      expect(given, it.test).toHaveLength(1)
      const place = it.source.split(':')[0] ?? ''
      expect(place === 'https' || Object.hasOwn(places, place), it.source).toBe(true)
    }
  })

  test('are few where the evaluator refuses what AWS answers', () => {
    expect(all.filter(({ known }) => known !== undefined).length).toBeLessThanOrEqual(6)
  })
})
