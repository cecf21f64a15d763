import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/lib/core/errors.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const manifest = JSON.parse(readFileSync(`${root}/.oclif.manifest.json`, 'utf8')) as {
  version: string
  commands: Record<string, { description: string; examples: string[]; summary: string }>
}
const commands = Object.entries(manifest.commands)

describe('the manifest', () => {
  test('is what the commands say: after a change, npm run build && npm run manifest', async () => {
    expect(existsSync(`${root}/dist/commands`), 'npm run build comes first').toBe(true)
    const options = {
      root,
      type: 'core',
      ignoreManifest: true,
      errorOnManifestCreate: true,
      respectNoCacheDefault: true,
    }
    const plugin = new Plugin(options)
    await plugin.load()
    expect(manifest).toEqual(JSON.parse(JSON.stringify(plugin.manifest)))
  })

  test('names the commands that were promised', () => {
    expect(commands.map(([name]) => name).sort()).toEqual([
      'bootstrap',
      'deploy',
      'destroy',
      'failover-test',
      'outputs',
      'plan',
      'rights:execution',
      'status',
      'validate',
    ])
  })

  test.each(commands)(
    '%s has a summary, examples and every exit code in its help',
    (_name, { summary, examples, description }) => {
      expect(summary).toMatch(/\.$/)
      expect(examples.length).toBeGreaterThan(1)
      for (const [code, meaning] of Object.entries(exitCodes)) expect(description).toContain(`${code}  ${meaning}`)
    },
  )
})
