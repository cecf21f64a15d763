import { describe, expect, test } from 'vitest'
import type { Event } from '../../src/lib/core/events.ts'
import { boardText, emptyBoard, follow } from '../../src/lib/views/board.ts'
import { lines } from '../../src/lib/views/lines.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { planMarkdown } from '../../src/lib/views/plan-markdown.ts'
import { planText } from '../../src/lib/views/plan.ts'

const unchecked = 'whether a region far away offers a class that has a long name: not allowed to ask (rds:Describe)'
const event: Event = { at: 0, kind: 'notice', message: `not checked: ${unchecked}` }
const differences = { instances: [], orphans: [], stuck: [] }
const view = { stages: [], usualSeconds: 0, differences, unchecked: [unchecked] }

describe('what was not checked is said', () => {
  test('on the live screen, within its width', () => {
    const board = emptyBoard()
    follow(board, event)
    const text = boardText(board, 0, '', '', paint(false), 60)
    expect(text.replaceAll(/\s+/g, ' ')).toContain(event.message)
    expect(text.split('\n').filter((line) => line.length > 60)).toEqual([])
  })

  test('in a log', () => {
    const written: string[] = []
    lines((line) => written.push(line))(event)
    expect(written).toEqual([`00:00:00  ${event.message}`])
  })

  test('in a plan, as text and as Markdown', () => {
    const text = planText(view, paint(false), 60)
    expect(text.replaceAll(/\s+/g, ' ')).toContain(` not checked ${unchecked}`)
    const heading = { verb: 'plan', system: 's', suffix: 'x', regions: [], account: '', simulated: true }
    expect(planMarkdown(view, heading)).toContain(`> [!NOTE]\n> Not checked: ${unchecked}`)
  })
})
