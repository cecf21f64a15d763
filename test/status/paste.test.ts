// What the screen says to type is broken so that a shell takes it as it was copied.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { judge } from '../../src/lib/status/verdict.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { readinessText } from '../../src/lib/views/readiness.ts'
import { wrapAdvice, wrapCommand } from '../../src/lib/core/words.ts'
import { but, well } from './sample.ts'

const promote = well.commands['us-west-2'] ?? ''

/** What a shell takes for the words of one command. */
const typed = (text: string): string => execFileSync('sh', ['-c', `printf '%s ' ${text}`], { encoding: 'utf8' }).trim()

describe('a command that is broken', () => {
  test.each([20, 40, 60, 80, 200])('to %i columns is one command to a shell', (width) => {
    const lines = wrapCommand('', promote, width)
    expect(typed(lines.join('\n'))).toBe(promote)
    expect(lines.at(-1)).not.toMatch(/\\$/)
  })

  test.each([46, 60, 80])('keeps within %i columns, marks and all', (width) => {
    expect(wrapCommand('only where us-east-1 is lost', promote, width).filter((it) => it.length > width)).toEqual([])
  })

  test('marks no line that is only said before it', () => {
    expect(wrapCommand('only where it is lost', 'aws ssm start-automation-execution', 24)).toEqual([
      'only where it is lost',
      'aws ssm \\',
      'start-automation-execution',
    ])
  })

  test('stands in one piece where it finds room', () => {
    expect(wrapCommand('type', promote, 200)).toEqual([`type ${promote}`])
  })
})

test('advice that ends in a command is broken so, and plain words are not', () => {
  const again = 'look again: dr status --system payments --suffix pr123'
  expect(wrapAdvice(again, 40)).toEqual(['look again: dr status --system \\', 'payments --suffix pr123'])
  const first = `wait; if it stays so: ${promote}`
  expect(
    wrapAdvice(first, 60)
      .slice(0, -1)
      .every((it) => it.endsWith(' \\')),
  ).toBe(true)
  for (const plain of ['a person decides whether to fail over', 'aws backup start-restore-job, from the other vault'])
    expect(wrapAdvice(plain, 20).join(' ')).toBe(plain)
})

test('every command of the screen is pasted whole', () => {
  const it = but({
    instances: well.instances.map((one) => ({ ...one, good: one.stage !== 'app' })),
    suffix: 'a-suffix-that-is-long',
  })
  const screens = [readinessText(well, judge(well), paint(false), 80), readinessText(it, judge(it), paint(false), 60)]
  const commands = screens.flatMap((text) => text.match(/(aws|dr) (.*\\\n)*.*$/gm) ?? [])
  expect(commands.filter((text) => text.includes('\\')).map(typed)).toEqual([
    well.handovers?.['us-west-2'],
    promote,
    'dr deploy --system payments --suffix a-suffix-that-is-long',
  ])
})
