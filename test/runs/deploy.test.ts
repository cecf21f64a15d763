import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { account } from '../cloud.ts'

beforeEach(() => process.chdir(mkdtempSync(join(tmpdir(), 'dr-test-'))))

const quiet = { yes: true, show: () => undefined }

describe('deploy', () => {
  test('brings a new environment up, and a second deploy changes nothing at all', async () => {
    const it = account()
    const first = await deploy(it.run('deploy'), await it.target())
    expect(first).toMatchObject({
      exit: 0,
      causes: [],
      verdict: expect.stringMatching(/^transactions · pr123 is deployed/),
    })
    expect(first.instances).toHaveLength(8)
    expect(first.instances.every(({ good }) => good)).toBe(true)
    const outputs = readFileSync('cfn-outputs/flat-outputs.json', 'utf8')

    const session = await it.target()
    const second = await deploy(it.run('deploy'), session)
    expect(second).toMatchObject({ exit: 0, stages: [] })
    expect(session.aws.calls.mutating).toEqual({})
    expect(readFileSync('cfn-outputs/flat-outputs.json', 'utf8')).toBe(outputs)

    const gone = await destroy(it.run('destroy'), await it.target(), quiet)
    expect(gone).toMatchObject({ exit: 0 })
  })
})
