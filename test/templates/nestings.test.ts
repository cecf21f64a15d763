// What holds for functions however they are nested, and whatever is written in their place.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../src/lib/core/model.ts'
import { evaluate } from '../../src/lib/templates/evaluate.ts'
import { EvaluationError, type TemplateBody, type World } from '../../src/lib/templates/evaluation.ts'

const world: World = {
  pseudo: { 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '123456789012' },
  zones: (region) => ['a', 'b'].map((letter) => region + letter),
  ref: (id) => `id of ${id}`,
  attribute: (id, name) => (name === 'List' ? ['x', 'y'] : `${name} of ${id}`),
}

const body: TemplateBody = {
  Parameters: {
    Text: { Type: 'String', Default: 'text' },
    Count: { Type: 'Number', Default: 1 },
    List: { Type: 'CommaDelimitedList', Default: 'a,b' },
  },
  Mappings: { M: { top: { one: 'found', list: ['p', 'q'] } } },
  Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Equals': ['a', 'b'] } },
  Resources: { A: { Type: 'T' } },
}
const resolve = (value: Value): Value | undefined => evaluate(body, {}, world).resolve(value)

/** Expressions that give a text. */
const { text } = fc.letrec<{ text: Value; list: Value }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.stringMatching(/^[a-z0-9 /.]{0,6}$/),
    fc.constantFrom<Value>({ Ref: 'Text' }, { Ref: 'Count' }, { Ref: 'A' }, { Ref: 'AWS::Region' }),
    fc.constant<Value>({ 'Fn::GetAtt': ['A', 'Arn'] }),
    fc.constant<Value>({ 'Fn::FindInMap': ['M', 'top', 'one'] }),
    fc.record({ 'Fn::Join': fc.tuple(fc.constantFrom('', ',', '--'), tie('list')) }) as fc.Arbitrary<Value>,
    fc.record({ 'Fn::If': fc.tuple(fc.constantFrom('Yes', 'No'), tie('text'), tie('text')) }) as fc.Arbitrary<Value>,
    fc.record({ 'Fn::Base64': tie('text') }) as fc.Arbitrary<Value>,
    fc.record({
      'Fn::Sub': fc.tuple(fc.constantFrom('${V}', 'x${V}y${Text}', '${!V}'), fc.record({ V: tie('text') })),
    }) as fc.Arbitrary<Value>,
  ),
  list: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<Value>({ Ref: 'List' }, { 'Fn::GetAZs': '' }, { 'Fn::FindInMap': ['M', 'top', 'list'] }),
    fc.array(tie('text'), { maxLength: 3 }) as fc.Arbitrary<Value>,
    fc.record({ 'Fn::Split': fc.tuple(fc.constantFrom(',', '-'), tie('text')) }) as fc.Arbitrary<Value>,
  ),
}))

describe('functions keep their laws when they are nested', () => {
  test('Split takes apart what Join put together', () => {
    const part = text.filter((it) => !String(resolve(it)).includes('|'))
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const joined = { 'Fn::Join': ['|', parts] }
        expect(resolve({ 'Fn::Split': ['|', joined] })).toEqual(parts.map((it) => resolve(it)))
      }),
    )
  })

  test('Sub says what Join says', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (parts) => {
        const variables = Object.fromEntries(parts.map((it, index) => [`V${index}`, it]))
        const written = parts.map((_, index) => `\${V${index}}`).join('/')
        expect(resolve({ 'Fn::Sub': [written, variables] })).toBe(resolve({ 'Fn::Join': ['/', parts] }))
      }),
    )
  })

  test('If of a known condition is its branch', () => {
    fc.assert(
      fc.property(text, text, (yes, no) => {
        expect(resolve({ 'Fn::If': ['Yes', yes, no] })).toEqual(resolve(yes))
        expect(resolve({ 'Fn::If': ['No', yes, no] })).toEqual(resolve(no))
      }),
    )
  })

  test('Select of each index gives the list back', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (parts) => {
        const selected = parts.map((_, index) => resolve({ 'Fn::Select': [index, parts] }))
        expect(selected).toEqual(parts.map((it) => resolve(it)))
      }),
    )
  })

  test('Base64 can be read back', () => {
    fc.assert(
      fc.property(text, (it) => {
        const encoded = String(resolve({ 'Fn::Base64': it }))
        expect(Buffer.from(encoded, 'base64').toString()).toBe(resolve(it))
      }),
    )
  })

  test('an AWS::NoValue in a list or mapping is as if it were not written', () => {
    const none = { Ref: 'AWS::NoValue' }
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), fc.nat(3), (parts, at) => {
        expect(resolve([...parts.slice(0, at), none, ...parts.slice(at)])).toEqual(resolve(parts))
        expect(resolve({ Kept: parts, Gone: none })).toEqual(resolve({ Kept: parts }))
      }),
    )
  })
})

describe('whatever is written, the evaluator answers or refuses with a reason', () => {
  /** Names that every object of the language has lie among those of templates. */
  const word = fc.constantFrom(
    '',
    'A',
    'Text',
    'List',
    'M',
    'top',
    'Yes',
    'Nothing',
    'AWS::NoValue',
    'constructor',
    '0',
    '-1',
  )
  const calls =
    'Ref Condition Fn::GetAtt Fn::Sub Fn::Join Fn::Split Fn::Select Fn::FindInMap Fn::Base64 Fn::GetAZs Fn::Cidr Fn::If ' +
    'Fn::And Fn::Or Fn::Not Fn::Equals Fn::Contains Fn::EachMemberIn Fn::EachMemberEquals Fn::Length Fn::Transform toString'
  const call = fc.constantFrom(...calls.split(' '))
  const { anything } = fc.letrec<{ anything: Value }>((tie) => ({
    anything: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      word,
      fc.string({ maxLength: 8 }),
      fc.constantFrom('${constructor}', '${A.Arn}', '${', '10.0.0.0/16', '2001:db8::/56', '::ffff:1.2.3.4/96'),
      fc.integer({ min: -2, max: 300 }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('anything'), { maxLength: 3 }) as fc.Arbitrary<Value>,
      fc.tuple(call, tie('anything')).map(([name, argument]): Value => ({ [name]: argument })),
      fc
        .tuple(call, fc.array(tie('anything'), { minLength: 1, maxLength: 3 }))
        .map(([name, argument]): Value => ({ [name]: argument })),
      fc.dictionary(word, tie('anything'), { maxKeys: 2 }) as fc.Arbitrary<Value>,
    ),
  }))

  /** Runs it, and lets only a refusal pass. */
  const answers = (run: () => unknown): void => {
    let error: unknown
    try {
      run()
    } catch (caught) {
      error = caught
    }
    if (error !== undefined) {
      expect(error).toBeInstanceOf(EvaluationError)
      expect((error as EvaluationError).reason).not.toBe('')
    }
  }

  test('as a value', () => {
    fc.assert(
      fc.property(anything, (value) => {
        answers(() => {
          const given = resolve(value)
          if (given !== undefined) expect(JSON.parse(JSON.stringify(given))).toEqual(given)
        })
      }),
      { numRuns: 500 },
    )
  })

  test('in every section of a template', () => {
    fc.assert(
      fc.property(anything, anything, anything, (first, second, third) => {
        answers(() => {
          const evaluation = evaluate(
            {
              ...body,
              Conditions: { ...body.Conditions, C: first },
              Rules: { R: { Assertions: [{ Assert: second }] } },
              Resources: { A: { Type: 'T', Properties: { P: second } }, B: { Type: 'T', Condition: 'C' } },
              Outputs: { O: { Value: third } },
            },
            {},
            world,
          )
          for (const id of evaluation.resources) answers(() => evaluation.properties(id))
          for (const id of evaluation.resources) answers(() => evaluation.dependencies(id))
          answers(() => evaluation.outputs())
        })
      }),
      { numRuns: 500 },
    )
  })

  test('as a parameter with any constraint', () => {
    const declaration = fc.record(
      {
        Type: fc.constantFrom(
          'String',
          'Number',
          'CommaDelimitedList',
          'List<Number>',
          'AWS::SSM::Parameter::Value<String>',
        ),
        Default: anything,
        AllowedPattern: fc.oneof(
          fc.string({ maxLength: 8 }),
          fc.constantFrom('(?<a>', '\\p{Alpha}', '[[:alpha:]]', 'a++', '(?i)A'),
        ),
        AllowedValues: fc.array(anything, { maxLength: 3 }),
        MinLength: anything,
        MaxValue: anything,
      },
      { requiredKeys: ['Type'] },
    )
    fc.assert(
      fc.property(declaration, fc.string({ maxLength: 6 }), (declared, given) => {
        const template = { ...body, Parameters: { P: declared as NonNullable<TemplateBody['Parameters']>[string] } }
        answers(() => evaluate(template, { P: given }, world))
        answers(() => evaluate(template, {}, world))
      }),
      { numRuns: 500 },
    )
  })
})
