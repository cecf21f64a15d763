import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

test('no two simulated services answer a command of one name, else one of them would never be asked', async () => {
  const folder = new URL('../../../src/simulator/services/', import.meta.url)
  const seen = new Map<string, { file: string; answer: unknown }>()
  const twice: string[] = []
  for (const file of readdirSync(folder).filter((name) => name !== 'index.ts')) {
    const { answers = {} } = (await import(new URL(file, folder).href)) as { answers?: Record<string, unknown> }
    for (const [command, answer] of Object.entries(answers)) {
      const before = seen.get(command)
      if (before && before.answer !== answer) twice.push(`${command}: ${before.file} and ${file}`)
      seen.set(command, { file, answer })
    }
  }
  expect(twice).toEqual([])
  expect(seen.size).toBeGreaterThan(60)
})
