import { expect, test } from 'vitest'
import { lines } from '../../src/lib/views/lines.ts'

test('an operation whose kind AWS does not tell is told without it', () => {
  const written: string[] = []
  const listen = lines((line) => written.push(line.replace(/ +/g, ' ')))
  for (const action of ['', 'UPDATE'])
    listen({ at: 0, kind: 'operation-started', stage: 'data', operation: 'x-1', action, regions: [], adopted: true })
  expect(written).toEqual(['00:00:00 data adopted (operation x-1)', '00:00:00 data adopted (UPDATE, operation x-1)'])
})
