import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { System, Target } from '../../src/lib/core/model.ts'
import { controls } from '../../src/lib/rules/controls.ts'
import { claims } from '../../src/lib/rules/names.ts'
import { loadSystem, systemNames } from '../../src/lib/load/system.ts'
import { resolveSystem } from '../../src/lib/templates/resolve.ts'
import { ruleFindings, rules } from '../../src/lib/load/validate.ts'
import { access } from './variants/access.ts'
import { alarms } from './variants/alarms.ts'
import { availability } from './variants/availability.ts'
import { continuity } from './variants/continuity.ts'
import { encryption } from './variants/encryption.ts'
import { exposure } from './variants/exposure.ts'
import { lifecycle } from './variants/lifecycle.ts'
import { logging } from './variants/logging.ts'
import { names } from './variants/names.ts'
import { network } from './variants/network.ts'
import { quotas } from './variants/quotas.ts'
import { runbooks } from './variants/runbooks.ts'
import { transit } from './variants/transit.ts'
import type { Variant } from './variants/variant.ts'
import { wiring } from './variants/wiring.ts'

const fixtures = fileURLToPath(new URL('../fixtures/templates', import.meta.url))
const cfn = fileURLToPath(new URL('../../cfn', import.meta.url))
const variants = [
  ...access,
  ...alarms,
  ...availability,
  ...continuity,
  ...encryption,
  ...exposure,
  ...lifecycle,
  ...logging,
  ...names,
  ...network,
  ...quotas,
  ...runbooks,
  ...transit,
  ...wiring,
]

const work = mkdtempSync(join(tmpdir(), 'dr-rules-'))
afterAll(() => rmSync(work, { recursive: true }))

const targetOf = (system: System, changes: Partial<Target> = {}): Target => ({
  system,
  suffix: 'pr123',
  regions: system.regions,
  scale: 'small',
  parameters: {},
  ...changes,
})

function broken({ file, change, add }: Variant): string {
  const folder = mkdtempSync(join(work, 'v-'))
  cpSync(fixtures, folder, { recursive: true })
  const path = join(folder, file)
  let text = readFileSync(path, 'utf8')
  if (change) {
    expect(text, 'the text to change stands in the file').toContain(change[0])
    text = text.replace(change[0], () => change[1])
  }
  writeFileSync(path, text + (add?.slice(1) ?? ''))
  return folder
}

test('the good system breaks no rule', () => {
  expect(ruleFindings(targetOf(loadSystem(fixtures, 'ledger')))).toEqual([])
  expect(ruleFindings(targetOf(loadSystem(fixtures, 'ledger'), { scale: 'large' }))).toEqual([])
})

describe.each(systemNames(cfn))('the system %s breaks no rule', (name) => {
  test.each(['small', 'large'] as const)('at scale %s', (scale) => {
    expect(ruleFindings(targetOf(loadSystem(cfn, name), { scale }))).toEqual([])
  })
})

test.each(variants)('$rule finds $wrong', (variant) => {
  const folder = broken(variant)
  const system = loadSystem(folder, 'ledger')
  const regions = { ...system.regions, ...(variant.failover ? { failover: variant.failover } : {}) }
  const findings = ruleFindings(targetOf(system, { suffix: variant.suffix ?? 'pr123', regions }))
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set([variant.rule, ...(variant.also ?? [])]))
  expect(findings.map(({ message }) => message).join('\n')).toMatch(variant.says)
  for (const { position, requirements, fix } of findings) {
    expect(position.file.startsWith(folder)).toBe(true)
    expect(position.line).toBeGreaterThan(0)
    expect(requirements.length).toBeGreaterThan(0)
    expect(fix).not.toBe('')
  }
})

test('every rule has a variant that it finds', () => {
  const seen = new Set(variants.map(({ rule }) => rule))
  expect(rules.map(({ id }) => id).filter((id) => !seen.has(id))).toEqual([])
})

test('no two systems with one suffix claim the same name', () => {
  const owners = new Map<string, string>()
  for (const name of systemNames(cfn)) {
    const mine = claims({ templates: resolveSystem(targetOf(loadSystem(cfn, name))) })
    expect(mine.length).toBeGreaterThan(0)
    for (const { key } of mine) {
      expect([undefined, name], `${key} is also claimed by ${owners.get(key) ?? ''}`).toContain(owners.get(key))
      owners.set(key, name)
    }
  }
})

test('ids of rules are unique, and each requirement they name is in the catalogue', () => {
  const ids = rules.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { requirements } of rules) {
    for (const id of requirements) expect(id).toMatch(/^(COMMON|REC|STR|CIT|PAY|TXN)-\d{2}$/)
  }
})

test('every control names rules that exist, and the frameworks of the seeds are covered (CIT-06, REC-04, STR-04)', () => {
  const ids = new Set(rules.map(({ id }) => id))
  for (const { id, rules: held } of controls) {
    expect(held.length, id).toBeGreaterThan(0)
    expect(
      held.filter((rule) => !ids.has(rule)),
      id,
    ).toEqual([])
  }
  const nist = new Set(controls.filter(({ framework }) => framework === 'NIST 800-53').map(({ id }) => id))
  // The NIST 800-53 controls that we count as CIT-06.
  const asked = 'SC-7 SC-8 SC-12 SC-13 SC-28 AU-2 AU-3 AU-9 AU-11 AU-12 AC-6 IA-5 CP-9 CP-10 SI-4 CM-6'.split(' ')
  expect(asked.filter((id) => !nist.has(id))).toEqual([])
  expect(new Set(controls.map(({ framework }) => framework))).toEqual(new Set(['NIST 800-53', 'FERPA', 'GDPR']))
})

test('a finding tells the controls that it breaks', () => {
  const folder = broken(variants.find(({ wrong }) => wrong === 'a log group without key') as Variant)
  const [finding] = ruleFindings(targetOf(loadSystem(folder, 'ledger')))
  expect(finding?.controls).toContain('NIST 800-53 SC-28')
  expect(finding?.controls).toContain('GDPR Art. 32(1)(a)')
})
