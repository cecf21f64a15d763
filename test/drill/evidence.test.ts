import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keepEvidence } from '../../src/lib/drill/evidence/keep.ts'
import type { DrillRecord } from '../../src/lib/drill/record.ts'
import { inEmptyFolder } from '../cloud.ts'
import { markdown } from '../../src/lib/drill/evidence/markdown.ts'
import { evidencePack } from '../../src/lib/drill/evidence/pack.ts'
import { drillExit, gapSentence, isLonger, lossSentence } from '../../src/lib/drill/evidence/report.ts'
import { nextLine } from '../../src/lib/drill/journal.ts'
import { sample } from './sample.ts'

const golden = (name: string): string => resolve('test/golden/drill', name)
const pack = evidencePack(sample(), [nextLine([], 'plan', 0, { kind: 'begin', phase: 'preflight' })])

describe('the evidence of a drill', () => {
  it.each(['report.md', 'report.html', 'junit.xml'])('has a %s as people and machines read it', async (name) => {
    await expect(pack[name]).toMatchFileSnapshot(golden(name))
  })

  it('lists every file with its hash, as sha256sum reads it', () => {
    const { 'manifest.sha256': manifest = '', ...files } = pack
    const rows = manifest
      .trimEnd()
      .split('\n')
      .map((row) => row.split('  '))
    expect(rows.map(([, name]) => name)).toEqual(Object.keys(files))
    for (const [hash, name = ''] of rows) {
      expect(
        createHash('sha256')
          .update(files[name] ?? '')
          .digest('hex'),
      ).toBe(hash)
    }
  })

  it('is one page that asks nobody for anything', () => {
    const page = (pack['report.html'] ?? '').replaceAll(/<title>.*?<\/title>/g, '')
    expect(page).not.toMatch(/https?:|src=|@import|url\(|<script|<link/)
    expect(page).toContain('prefers-color-scheme')
  })

  it('escapes whatever names say', () => {
    expect(pack['report.html']).not.toContain('http <ready>')
    expect(pack['junit.xml']).not.toContain('http <ready>')
    expect(pack['report.md']).toContain(String.raw`no event \| was sent`)
  })

  it('says simulated wherever it was, and names no whole account', () => {
    expect(pack['report.md']).toContain('**Simulated**')
    expect(pack['report.html']).toContain('Simulated: nothing here was measured on AWS')
    expect(pack['junit.xml']).toContain('(simulated)')
    expect(Object.values(pack).join('')).not.toMatch(/\b\d{12}\b/)
  })

  it('never prints a zero for lost time; it counts', () => {
    expect(pack['report.md']).not.toMatch(/RPO[^|]*= ?0/)
    const loss = {
      acknowledged: 2413,
      unknown: [],
      lost: [],
      delayed: [],
      recoverable: [],
      lostForGood: [],
      bounds: { from: 0, to: 1000 },
    }
    expect(lossSentence(loss)).toBe('0 of 2,413 acknowledged writes lost')
  })
})

it('says which files of the pack are not in the bucket, why, and where they are', async () => {
  inEmptyFolder()
  const place = 's3://artifacts/drills/payments/pr123/d-1/'
  const asked: string[] = []
  const put = async (name: string) => {
    asked.push(name)
    if (name.startsWith('report')) throw new Error('Access Denied')
  }
  const { files, trouble } = await keepEvidence({ lines: [], put, place } as unknown as DrillRecord, sample())
  const folder = 'dr-evidence/20261120-030000-7f3a-region-ungraceful'
  expect(files).toEqual([`${folder}/report.html`, `${folder}/report.md`])
  expect(trouble).toEqual([
    expect.stringMatching(
      /^4 of \d+ files of the evidence are not in s3:.*d-1\/ \(Access Denied\): copy them from dr-evidence/,
    ),
  ])
  // It would say that all the others are there.
  expect(asked).not.toContain('manifest.sha256')
})

describe('what a pool adds', () => {
  const names = { probe: 'a-pooled', beside: 'a' }
  it.each([
    [{ from: 58_000, to: 62_000 }, 'out 58.0 s to 1m02s longer than fresh connections'],
    [{ from: -1_000, to: 1_500 }, 'out as long as fresh connections, within 1.5 s'],
    [{ from: -12_000, to: -10_000 }, 'out 10.0 s to 12.0 s shorter than fresh connections'],
    [
      { from: 61_000, to: Infinity },
      'out at least 1m01s longer than fresh connections; not back when the drill failed back',
    ],
    [{ from: -1_000, to: Infinity }, 'not back when the drill failed back'],
  ])('of %j is told as "%s"', (longer, words) => {
    expect(gapSentence({ ...names, longer })).toBe(words)
    expect(isLonger({ ...names, longer })).toBe(longer.from > 0)
  })

  it('is not told where nobody knows', () => {
    expect(gapSentence({ ...names, because: 'nothing was seen' })).toBe('not told: nothing was seen')
    expect(isLonger({ ...names, because: 'nothing was seen' })).toBe(false)
  })
})

describe('the exit code of a drill', () => {
  it.each([
    ['all objectives met and restored', 0, {}],
    ['an objective missed, restored', 4, sample(200, 100)],
    ['turned back, restored', 5, { turnedBack: 'Ctrl-C' }],
    ['not restored, whatever it measured', 6, { restored: false, turnedBack: 'Ctrl-C' }],
    ['nothing measured', 7, { objectives: [], checks: [] }],
    ['an objective that could not be told', 7, sample(0)],
  ])('for %s is %i', (_, exit, change) => {
    expect(drillExit({ ...sample(), ...change })).toBe(exit)
  })

  it('is worded in the first line of the report', () => {
    expect(markdown(sample()).split('\n')[0]).toBe('# Payments, primary region lost: PASS, restored')
    expect(markdown({ ...sample(), restored: false }).split('\n')[0]).toContain('NOT RESTORED')
  })
})
