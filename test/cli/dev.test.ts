import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('bin/dev.js runs the sources, never an old build', () => {
  const env = { ...process.env, DEBUG: 'oclif:config*' }
  const { stderr } = spawnSync('node', ['bin/dev.js', 'validate', '--help'], { encoding: 'utf8', env })
  expect(stderr).toContain('/src/commands/validate.ts')
  expect(stderr).not.toContain('/dist/commands/')
  expect(execFileSync('node', ['bin/dev.js', '--version'], { encoding: 'utf8' })).toContain('dr-stacksets/')
})
