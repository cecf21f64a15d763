// Every known failure, by a text that AWS has really said (each seen where its entry says), and what people are told.
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { advice, catalogue, knownCause } from '../../src/lib/advice/advice.ts'
import type { Cause, Report } from '../../src/lib/core/events.ts'
import { told } from '../../src/lib/advice/reason.ts'
import { seen } from './advice-texts.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { loadTemplate } from '../../src/lib/templates/load.ts'

const cfn = fileURLToPath(new URL('../../cfn', import.meta.url))

const causeFrom = (text: string): Cause => ({
  stage: 'data',
  region: 'eu-south-1',
  account: '····9012',
  path: ['Database', 'Cluster'],
  type: 'AWS::RDS::DBCluster',
  ...told(text),
  cancelled: 0,
  unread: [],
})
const report = {
  verb: 'deploy',
  system: 'payments',
  suffix: 'pr123',
  next: ['dr deploy --system payments --suffix pr123'],
} as Report

describe('what to do about a failure', () => {
  test.each(seen)('%s: %s', (id, text, ...named) => {
    const cause = causeFrom(text)
    expect(knownCause(cause)?.id).toBe(id)
    const [what = '', then] = advice(cause, report).split('\n')
    for (const name of named) expect(what).toContain(name)
    expect(what).not.toMatch(/[{}]|undefined| {2}/)
    expect(then).toBe('Then: dr deploy --system payments --suffix pr123')
  })

  test('every entry has a text that was really seen, a place where, and a name of its own', () => {
    const ids = catalogue.map((it) => it.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...new Set(seen.map(([id]) => id))].sort()).toEqual([...ids].sort())
    for (const { id, seen: where } of catalogue) expect(where, id).toMatch(/^[\w.-]+(\/[\w./-]+)+(#\d+)?(: \S+)?(, |$)/)
  })

  test('every entry is one or two sentences, and every place in it can be filled', () => {
    const always = ['region', 'stage', 'system', 'suffix', 'bootstrap', 'resource', 'type']
    for (const { id, next, when } of catalogue) {
      const groups = [...when.source.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name)
      for (const [, name] of next.matchAll(/\{(\w+)\}/g)) expect([...always, ...groups], id).toContain(name)
      expect(next.split(/(?<=[.:;])\s/).length, id).toBeLessThan(5)
    }
  })

  // Names, codes and defaults of Service Quotas: AWS General Reference, endpoints and quotas of VPC, EC2 and Lambda
  // (https://docs.aws.amazon.com/general/latest/gr/vpc-service.html, ec2-service.html and lambda-service.html).
  test.each([
    ['vpcs', 'VPCs per Region (L-F678F1CE)', '5 of 5', 'vpc'],
    ['addresses', 'EC2-VPC Elastic IPs (L-0263D0A3)', '5 of 5', 'ec2'],
    ['lambda-concurrency', 'Concurrent executions (L-B99A9384)', '1,000', 'lambda'],
  ])('%s names the quota, its code, used and limit, and the region', (id, quota, limit, service) => {
    const text = seen.find(([known]) => known === id)?.[1] ?? expect.unreachable(id)
    const [what = ''] = advice(causeFrom(text), report).split('\n')
    const code = /L-\w+/.exec(quota)?.[0] ?? ''
    for (const part of [quota, limit, `in eu-south-1`]) expect(what).toContain(part)
    expect(what).toContain(`--service-code ${service} --quota-code ${code}`)
    expect(what).toMatch(/ --region eu-south-1$/)
  })

  test('every entry with a quota code names the quota before it', () => {
    const withCode = catalogue.filter(({ next }) => /--quota-code/.test(next))
    expect(withCode.map(({ id }) => id)).toEqual(['policies-per-role', 'addresses', 'vpcs', 'lambda-concurrency'])
    for (const { id, next } of withCode) expect(next, id).toMatch(/^The quota [\w -]+ \(L-[0-9A-F]{8}\) /)
  })

  test('names only parameters that a shipped system has', () => {
    const systems = systemNames(cfn).flatMap((name) => loadSystem(cfn, name).stages)
    const known = new Set(
      systems.flatMap(({ name, template }) =>
        Object.keys(loadTemplate(template).body.Parameters ?? {}).map((parameter) => `${name}.${parameter}`),
      ),
    )
    const named = catalogue.flatMap(({ next }) => next.match(/\b[a-z]+\.[A-Z]\w+(?=[=,) ])/g) ?? [])
    expect(named).toContain('foundation.PrimaryZones')
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test('a failure that nobody knows is left to the person, with the command that goes on', () => {
    const cause = causeFrom('Something entirely new')
    expect(knownCause(cause)).toBeUndefined()
    expect(advice(cause, report)).toBe('Fix the cause above.\nThen: dr deploy --system payments --suffix pr123')
  })

  test('whoever works on a simulated account is not sent to AWS', () => {
    const cause = causeFrom("Account 123 should have 'dr-administration' role with trust relationship to Role 'dr'.")
    expect(advice(cause, { ...report, simulated: true })).toContain('dr bootstrap --system payments --local\n')
  })

  test('a cause of the operation itself is advised on by its stage', () => {
    expect(advice({ ...causeFrom('Rate exceeded'), path: [], type: '' }, report)).toContain('wrong with stage data')
  })
})
