// What was deployed, found through the outputs file alone: a simulated account, or one on AWS.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import { localSimulator } from '../../src/simulator/index.ts'
import type { Cloud } from '../../src/simulator/state.ts'

export interface Deployment {
  outputs: Record<string, string>
  cloud: Cloud
  target: 'simulator' | 'aws'
  /** Made by the tests for themselves, who may do with its account what they like. */
  own: boolean
  /** Path of the outputs file. */
  file: string
  /** Where dr ran: `dr` in this folder works on the same account. */
  folder: string
}

const dr = fileURLToPath(new URL('../../bin/dev.js', import.meta.url))
const run = promisify(execFile)

/** Runs `dr` as a user would, on the simulator, in a folder; rejects with what it printed unless it exits 0. */
export async function runDr(folder: string, ...args: string[]): Promise<string> {
  // Faster, and the 90 minutes that an operation may take are over while a busy machine sends one request.
  const local = ['--local', '--local-speed', '1000', '--yes']
  // The loader is named by its place, since the folder has no node_modules.
  const command = ['--import', import.meta.resolve('tsx'), dr, ...args, ...local]
  const env = { ...process.env, CI: 'true', FORCE_COLOR: '0' }
  try {
    return (await run(process.execPath, command, { cwd: folder, env })).stdout
  } catch (error) {
    const { code, stderr = '' } = error as { code?: number; stderr?: string }
    throw new Error(`dr ${args.join(' ')} ended with ${code}: ${stderr.trim()}`, { cause: error })
  }
}

/** Runs the integration tests against a deployment, as a user would: they find it by its outputs file alone. */
export async function integrationOf({ file }: Deployment): Promise<{ numPassedTests: number; numFailedTests: number }> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/integration', '--reporter=json']
  // The report of the suite around it is not to be overwritten by this one.
  const { DR_TEST_REPORT: _, ...rest } = process.env
  const { stdout } = await run(process.execPath, vitest, { cwd: root, env: { ...rest, DR_OUTPUTS: file } })
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as { numPassedTests: number; numFailedTests: number }
}

/** What the outputs file names. Throws when the file is not there or is none of ours. */
export async function deploymentOf(file: string): Promise<Deployment> {
  const outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  const folder = dirname(dirname(resolve(file)))
  if (outputs.Simulated === 'true') {
    const cloud = localSimulator({ folder: join(folder, '.dr/local') }).inspect()
    return { outputs, cloud, target: 'simulator', own: false, file, folder }
  }
  const { readAccount } = await import('./aws.ts')
  return { outputs, cloud: await readAccount(outputs), target: 'aws', own: false, file, folder }
}

/**
 * The deployment of a system that the tests look at: the one that `DR_OUTPUTS` names, when it is of this system,
 * else one made now on the simulator in a temporary folder, which is removed after the tests of the file.
 */
export async function deployed(system = 'transactions'): Promise<Deployment> {
  if (process.env.DR_OUTPUTS) {
    const named = await deploymentOf(process.env.DR_OUTPUTS)
    if (named.outputs.System === system) return named
  }
  const folder = mkdtempSync(join(tmpdir(), 'dr-deployed-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  afterAll(clear)
  await runDr(folder, 'deploy', '--system', system, '--suffix', 'pr123', '--create-secret').catch((error: unknown) => {
    clear() // A file that could not be loaded has no hooks.
    throw error
  })
  return { ...(await deploymentOf(join(folder, 'cfn-outputs/flat-outputs.json'))), own: true }
}
