import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../src/lib/core/model.ts'
import { evaluate } from '../../src/lib/templates/evaluate.ts'
import { EvaluationError, type TemplateBody, type World } from '../../src/lib/templates/evaluation.ts'
import { listToken, token } from '../../src/lib/templates/tokens.ts'

const world: World = {
  pseudo: { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '000000000000', 'AWS::Partition': 'aws' },
  zones: (region) => ['a', 'b', 'c'].map((zone) => region + zone),
  ref: (id) => `${id}-id`,
  attribute: (id, name) => {
    if (name === 'List') return ['x', 'y']
    if (name === 'Later') return listToken(`${id}.Later`)
    if (name === 'Absent') throw new EvaluationError(`${id} has no attribute Absent`)
    return `${id}:${name}`
  },
}

const template = (parts: Partial<TemplateBody>): TemplateBody => ({ Resources: { A: { Type: 'T' } }, ...parts })

/** What one value becomes in a template with some parameters, mappings and resources. */
const resolve = (value: Value, parts: Partial<TemplateBody> = {}): Value | undefined =>
  evaluate(
    template({
      Parameters: {
        Text: { Type: 'String', Default: 'text' },
        Count: { Type: 'Number', Default: 5 },
        List: { Type: 'CommaDelimitedList', Default: 'a, b,c' },
      },
      Mappings: { Sizes: { small: { cpu: 1, zones: ['a', 'b'] } } },
      Conditions: { Yes: { 'Fn::Equals': ['1', 1] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
      Resources: { A: { Type: 'T' }, Off: { Type: 'T', Condition: 'No' } },
      ...parts,
    }),
    {},
    world,
  ).resolve(value)

const error = (run: () => unknown): EvaluationError => {
  try {
    run()
  } catch (caught) {
    if (caught instanceof EvaluationError) return caught
    throw caught
  }
  throw new Error('it was accepted')
}

describe('functions give what CloudFormation gives', () => {
  const cases: [string, Value, Value][] = [
    ['Ref of a parameter', { Ref: 'Text' }, 'text'],
    ['Ref of a number stays text', { Ref: 'Count' }, '5'],
    ['Ref of a list parameter', { Ref: 'List' }, ['a', 'b', 'c']],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of a resource', { Ref: 'A' }, 'A-id'],
    ['GetAtt with a dotted attribute', { 'Fn::GetAtt': ['A', 'Outputs.X'] }, 'A:Outputs.X'],
    ['GetAtt with a computed attribute', { 'Fn::GetAtt': ['A', { Ref: 'Text' }] }, 'A:text'],
    [
      'Sub of everything',
      { 'Fn::Sub': '${Text}-${A}-${A.B.C}-${AWS::Region}-${!Kept}' },
      'text-A-id-A:B.C-us-east-1-${Kept}',
    ],
    ['Sub with variables that win', { 'Fn::Sub': ['${Text}${V}', { Text: 'own', V: { Ref: 'Count' } }] }, 'own5'],
    ['Join of mixed scalars', { 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Text' }]] }, 'a-1-true-text'],
    ['Join of a list parameter', { 'Fn::Join': ['', { Ref: 'List' }] }, 'abc'],
    ['Split', { 'Fn::Split': ['.', 'a.b.'] }, ['a', 'b', '']],
    ['Select by text index', { 'Fn::Select': ['1', { 'Fn::GetAtt': ['A', 'List'] }] }, 'y'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'cpu'] }, 1],
    ['FindInMap of a list', { 'Fn::FindInMap': ['Sizes', 'small', 'zones'] }, ['a', 'b']],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['GetAZs of the own region', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['GetAZs of another region', { 'Fn::GetAZs': 'eu-west-1' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['Cidr', { 'Fn::Cidr': ['10.1.0.0/16', 3, 8] }, ['10.1.0.0/24', '10.1.1.0/24', '10.1.2.0/24']],
    ['If, and only the chosen side', { 'Fn::If': ['Yes', 'a', { Ref: 'Off' }] }, 'a'],
    [
      'NoValue in a mapping and in a list',
      { a: { Ref: 'AWS::NoValue' }, b: [1, { 'Fn::If': ['No', 2, { Ref: 'AWS::NoValue' }] }] },
      { b: [1] },
    ],
    ['a mapping that only looks like a function', { Ref: 'A', Other: 1 }, { Ref: 'A', Other: 1 }],
  ]
  test.each(cases)('%s', (_, value, result) => {
    expect(resolve(value)).toEqual(result)
  })
})

describe('what CloudFormation refuses is refused', () => {
  const cases: [string, Value, RegExp][] = [
    ['Ref of nothing', { Ref: 'Nothing' }, /unresolved dependency \[Nothing\]/],
    ['Ref of a resource whose condition is false', { Ref: 'Off' }, /unresolved dependency \[Off\]: its condition/],
    ['GetAtt of an attribute the type lacks', { 'Fn::GetAtt': ['A', 'Absent'] }, /A has no attribute Absent/],
    ['an unknown pseudo parameter', { Ref: 'AWS::Planet' }, /unknown pseudo parameter AWS::Planet/],
    ['Sub of an unknown name', { 'Fn::Sub': '${Nothing}' }, /unresolved dependency \[Nothing\]/],
    ['Sub of a list', { 'Fn::Sub': '${List}' }, /the variable "List" must be a string/],
    ['Sub with a malformed name', { 'Fn::Sub': '${a b}' }, /"\$\{a b\}" is not a name/],
    ['Join of a text', { 'Fn::Join': [',', 'ab'] }, /Fn::Join: what it joins must be a list/],
    ['Join of lists', { 'Fn::Join': [',', [['a']]] }, /each item it joins must be a string/],
    ['Join without list', { 'Fn::Join': [','] }, /takes 2 arguments, not 1/],
    ['Split of a list', { 'Fn::Split': [',', ['a']] }, /must be a string/],
    ['Split by nothing', { 'Fn::Split': ['', 'a'] }, /a delimiter that is not empty/],
    ['Select out of range', { 'Fn::Select': [3, { Ref: 'List' }] }, /cannot select item 3 of a list of 3/],
    ['Select below zero', { 'Fn::Select': [-1, { Ref: 'List' }] }, /cannot select item -1/],
    ['Select of a text', { 'Fn::Select': [0, 'abc'] }, /must be a list/],
    [
      'FindInMap of an absent key',
      { 'Fn::FindInMap': ['Sizes', 'large', 'cpu'] },
      /no Sizes\.large\.cpu under Mappings/,
    ],
    ['Cidr that does not fit', { 'Fn::Cidr': ['10.0.0.0/24', 3, 7] }, /3 blocks of 7 bits do not fit/],
    ['Cidr of no block', { 'Fn::Cidr': ['10.0.0.0', 1, 8] }, /not an IPv4 block/],
    ['Cidr of IPv6 that does not fit', { 'Fn::Cidr': ['2001:db8::/62', 5, 64] }, /cannot split 2001:db8::\/62 so/],
    ['Cidr of an IPv6 address', { 'Fn::Cidr': ['2001:db8::', 1, 64] }, /cannot split 2001:db8:: so/],
    ['Cidr of a mixed address', { 'Fn::Cidr': ['::ffff:1.2.3.4/96', 1, 8] }, /cannot split/],
    ['Cidr of too many', { 'Fn::Cidr': ['10.0.0.0/8', 257, 8] }, /1 to 256 blocks/],
    ['If with an unknown condition', { 'Fn::If': ['Maybe', 1, 2] }, /there is no condition Maybe/],
    ['an unknown function', { 'Fn::Guess': 1 }, /unknown function Fn::Guess/],
  ]
  test.each(cases)('%s', (_, value, message) => {
    expect(error(() => resolve(value)).message).toMatch(message)
  })

  test('a name that every object of the language has is no name of the template', () => {
    const of = (value: Value): string => error(() => resolve(value)).message
    expect(of({ 'Fn::FindInMap': ['Sizes', 'small', 'constructor'] })).toMatch(/no Sizes\.small\.constructor/)
    expect(of({ 'Fn::FindInMap': ['constructor', 'name', 'length'] })).toMatch(/no constructor\.name\.length/)
    expect(of({ 'Fn::If': ['constructor', 1, 2] })).toMatch(/there is no condition constructor/)
    expect(of({ 'Fn::Sub': ['${constructor}', { A: 'a' }] })).toMatch(/unresolved dependency \[constructor\]/)
    const declared = template({ Parameters: { constructor: { Type: 'String' } } })
    expect(error(() => evaluate(declared, {}, world)).message).toMatch(/\[constructor\] must have values/)
  })

  test('an error names the logical id and the path', () => {
    const evaluation = evaluate(
      template({ Resources: { B: { Type: 'T', Properties: { Tags: [{ Value: { 'Fn::Select': [9, ['a']] } }] } } } }),
      {},
      world,
    )
    const caught = error(() => evaluation.properties('B'))
    expect(caught.path).toEqual(['Resources', 'B', 'Properties', 'Tags', 0, 'Value'])
    expect(caught.message).toMatch(/^Resources\.B\.Properties\.Tags\.0\.Value: Fn::Select: cannot select/)
  })

  test('names that nothing answers are refused at once, even in a branch not taken and in DependsOn', () => {
    const branch = { 'Fn::If': ['C', 1, { Ref: 'Lost' }] }
    const parts = { Conditions: { C: { 'Fn::Equals': [1, 1] } } }
    const of =
      (resource: object): (() => unknown) =>
      () =>
        evaluate(template({ ...parts, Resources: { A: { Type: 'T', ...resource } } }), {}, world)
    expect(error(of({ Properties: { P: branch } })).path).toEqual(['Resources', 'A', 'Properties', 'P', 'Fn::If', 2])
    expect(error(of({ DependsOn: ['Lost'] })).path).toEqual(['Resources', 'A', 'DependsOn'])
    expect(error(of({ Properties: { P: { 'Fn::Sub': 'x${Lost.Arn}' } } })).message).toMatch(/\[Lost\]/)
  })
})

describe('parameters', () => {
  const given = (declaration: Record<string, Value>, value?: string): Value | undefined =>
    evaluate(
      template({ Parameters: { P: { Type: 'String', ...declaration } } }),
      value === undefined ? {} : { P: value },
      world,
    ).parameters['P']

  test('given values win over defaults, and a given empty text is a value', () => {
    expect(given({ Default: 'd' })).toBe('d')
    expect(given({ Default: 'd' }, 'v')).toBe('v')
    expect(given({ Default: 'd' }, '')).toBe('')
    expect(given({ Type: 'List<Number>' }, '1, 2')).toEqual(['1', '2'])
    expect(given({ Type: 'AWS::EC2::VPC::Id' }, 'vpc-1')).toBe('vpc-1')
    expect(given({ Type: 'Number', MinValue: 100, MaxValue: 900 }, '100')).toBe('100')
    expect(given({ AllowedPattern: '[a-z]+', MinLength: 2 }, token('base.primary/Vpc'))).toBe(token('base.primary/Vpc'))
  })

  const refused: [string, Record<string, Value>, string | undefined, RegExp][] = [
    ['a missing value', {}, undefined, /^Parameters\.P: Parameters: \[P\] must have values$/],
    ['a value that is not allowed', { AllowedValues: ['a', 1] }, 'b', /must be one of AllowedValues \(a, 1\)/],
    ['a pattern that matches only a part', { AllowedPattern: 'a+' }, 'aab', /must match pattern a\+/],
    [
      'a pattern with its own words',
      { AllowedPattern: 'a', ConstraintDescription: 'only a' },
      'b',
      /constraint: only a$/,
    ],
    ['a number that is none', { Type: 'Number' }, 'five', /must be a number/],
    ['an empty number', { Type: 'Number' }, '', /must be a number/],
    ['a number too small', { Type: 'Number', MinValue: 100 }, '99', /must be at least 100/],
    ['a number too large', { Type: 'Number', MaxValue: 9 }, '10', /must be at most 9/],
    ['a text too short', { MinLength: 2 }, 'a', /at least 2 characters/],
    ['a text too long', { MaxLength: 2 }, 'abc', /at most 2 characters/],
    ['a list item that is not allowed', { Type: 'CommaDelimitedList', AllowedValues: ['a'] }, 'a,b', /AllowedValues/],
  ]
  test.each(refused)('refuse %s', (_, declaration, value, message) => {
    expect(error(() => given(declaration, value)).message).toMatch(message)
  })

  test.each([
    ['\\P{Digit}+', 'abc', '1'],
    ['[\\p{Lower}_]+', 'a_b', 'A'],
    ['[^\\p{Space}]*', 'ab', 'a b'],
    ['(?i)a\\\\z', 'A\\z', 'A'],
    ['a?+b', 'ab', 'aab'],
    ['[+]+', '++', 'a'],
  ])('the pattern %s of Java takes %s and not %s', (AllowedPattern, taken, refusedValue) => {
    expect(given({ AllowedPattern }, taken)).toBe(taken)
    expect(error(() => given({ AllowedPattern }, refusedValue)).message).toMatch(/must match pattern/)
  })

  test.each(['(?s)a', '[a-z&&[^b]]', '\\Qa\\E', '\\p{IsGreek}', '(?>a)'])(
    'the pattern %s, which only Java knows, is refused in words',
    (AllowedPattern) => {
      expect(error(() => given({ AllowedPattern }, 'a')).message).toMatch(/it uses syntax that only Java knows/)
    },
  )

  test('a pattern that is none is refused', () => {
    expect(error(() => given({ AllowedPattern: '(a' }, 'a')).message).toMatch(/\(a is not a regular expression/)
  })

  test('a value for a parameter that the template does not declare is refused', () => {
    expect(error(() => evaluate(template({}), { X: '1' }, world)).message).toBe(
      'Parameters: [X] do not exist in the template',
    )
  })
})

describe('conditions, rules, outputs and dependencies', () => {
  test('conditions combine and compare as text', () => {
    const { conditions } = evaluate(
      template({
        Conditions: {
          Same: { 'Fn::Equals': [true, 'true'] },
          And: { 'Fn::And': [{ Condition: 'Same' }, { 'Fn::Equals': ['a', 'b'] }] },
          Or: { 'Fn::Or': [{ Condition: 'And' }, { Condition: 'Same' }] },
          Alias: { Condition: 'Or' },
        },
      }),
      {},
      world,
    )
    expect(conditions).toEqual({ Same: true, And: false, Or: true, Alias: true })
  })

  test('a condition that needs itself or a resource is refused', () => {
    const of = (condition: Value): string =>
      error(() => evaluate(template({ Conditions: { C: condition } }), {}, world)).message
    expect(of({ 'Fn::Not': [{ Condition: 'C' }] })).toMatch(/the condition C needs itself/)
    expect(of({ 'Fn::Equals': [{ Ref: 'A' }, 'a'] })).toMatch(/cannot use the resource A/)
    expect(of('maybe')).toMatch(/must give true or false/)
  })

  test('a rule refuses a combination of parameters with its own words', () => {
    const body = template({
      Parameters: { Role: { Type: 'String' }, Seconds: { Type: 'Number', Default: 0 } },
      Rules: {
        Backtrack: {
          RuleCondition: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Seconds' }, 0] }] },
          Assertions: [
            {
              Assert: { 'Fn::Contains': [['standalone'], { Ref: 'Role' }] },
              AssertDescription: 'global members cannot backtrack',
            },
          ],
        },
      },
    })
    expect(evaluate(body, { Role: 'primary' }, world).parameters).toMatchObject({ Role: 'primary' })
    expect(evaluate(body, { Role: 'standalone', Seconds: '5' }, world).parameters).toMatchObject({ Seconds: '5' })
    expect(error(() => evaluate(body, { Role: 'primary', Seconds: '5' }, world)).message).toBe(
      'Rules.Backtrack.Assertions.0: global members cannot backtrack',
    )
  })

  test('resources, outputs and dependencies follow the conditions', () => {
    const body = template({
      Conditions: { On: { 'Fn::Equals': [1, 1] }, Off: { 'Fn::Equals': [1, 2] } },
      Resources: {
        A: { Type: 'T', Condition: 'On' },
        B: { Type: 'T', Condition: 'Off' },
        C: {
          Type: 'T',
          DependsOn: ['A', 'B'],
          Properties: {
            One: { 'Fn::If': ['On', { 'Fn::Sub': '${D.Arn}${Own}' }, { Ref: 'B' }] },
            Two: { 'Fn::Sub': ['${Own}', { Own: { 'Fn::GetAtt': ['A', 'X'] } }] },
          },
        },
        D: { Type: 'T' },
        Own: { Type: 'T' },
      },
      Outputs: { Yes: { Value: 1, Condition: 'On' }, No: { Value: { Ref: 'B' }, Condition: 'Off' } },
    })
    const evaluation = evaluate(body, {}, world)
    expect(evaluation.resources).toEqual(['A', 'C', 'D', 'Own'])
    expect(evaluation.dependencies('C')).toEqual(['A', 'D', 'Own'])
    expect(evaluation.outputs()).toEqual({ Yes: '1' })
    expect(error(() => evaluation.properties('Z')).message).toMatch(/there is no resource Z/)
  })

  test('an output that is a list is refused', () => {
    const evaluation = evaluate(template({ Outputs: { O: { Value: { 'Fn::GetAtt': ['A', 'List'] } } } }), {}, world)
    expect(error(() => evaluation.outputs()).message).toBe('Outputs.O.Value: an output must be a string')
  })
})

describe('values known only after creation', () => {
  const later: Value = { 'Fn::GetAtt': ['A', 'Later'] }
  test('are selected, joined and split without being cut', () => {
    expect(resolve({ 'Fn::Select': [2, later] })).toBe('«A.Later»[2]')
    expect(resolve({ 'Fn::Join': [',', later] })).toBe('«A.Later[*]»')
    expect(resolve({ 'Fn::Split': ['.', token('a.primary/N.Ids')] })).toEqual(['«a.primary/N.Ids[*]»'])
    expect(resolve({ 'Fn::Select': [1, { 'Fn::Split': [',', '«a,b»,«c»'] }] })).toBe('«c»')
    expect(resolve({ 'Fn::Cidr': ['«Vpc.CidrBlock»', 2, 8] })).toEqual(['«Vpc.CidrBlock»[0]', '«Vpc.CidrBlock»[1]'])
    expect(resolve({ 'Fn::Base64': '«x»' })).toBe('«x»')
  })
})

describe('properties of the arithmetic', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  test('blocks from Fn::Cidr have the asked size, follow each other and lie inside', () => {
    fc.assert(
      fc.property(
        octet,
        octet,
        fc.integer({ min: 8, max: 24 }),
        fc.integer({ min: 1, max: 7 }),
        (a, b, bits, hostBits) => {
          const room = 2 ** (32 - bits - hostBits)
          const count = Math.min(256, room)
          const blocks = resolve({ 'Fn::Cidr': [`${a}.${b}.0.0/${bits}`, count, hostBits] }) as string[]
          const starts = blocks.map((block) => {
            const [address = '', size] = block.split('/')
            expect(Number(size)).toBe(32 - hostBits)
            return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
          })
          starts.slice(1).forEach((start, index) => expect(start - (starts[index] ?? 0)).toBe(2 ** hostBits))
          const first = (starts[0] ?? 0) - ((starts[0] ?? 0) % 2 ** (32 - bits))
          expect(starts[0]).toBe(first)
          expect((starts.at(-1) ?? 0) + 2 ** hostBits).toBeLessThanOrEqual(first + 2 ** (32 - bits))
        },
      ),
    )
  })

  test('Join undoes Split', () => {
    const word = fc.stringMatching(/^[a-z«»]{0,4}$/).filter((text) => !/«|»/.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.constantFrom(',', '.', '::'), (words, by) => {
        const text = words.join(by)
        expect(resolve({ 'Fn::Join': [by, { 'Fn::Split': [by, text] }] })).toBe(text)
      }),
    )
  })

  test('a value without functions stays what it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = json as Value
        if (JSON.stringify(value).match(/"(Ref|Fn::[^"]*|__proto__)":/)) return
        expect(resolve(value)).toEqual(value)
      }),
    )
  })

  test('Sub leaves text without names alone and keeps escaped names', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('${')),
        (text) => {
          expect(resolve({ 'Fn::Sub': `${text}\${!Kept}` })).toBe(`${text}\${Kept}`)
        },
      ),
    )
  })
})
