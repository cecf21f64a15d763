// dr as a person or a CI job runs it: the built program in a process of its own, in a folder of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** How a process ended. */
export interface Ended {
  /** Undefined when a signal killed it. */
  exit: number | undefined
  stdout: string
  stderr: string
}

export interface Running {
  /** Resolves with the first line of either stream that matches; rejects when the process ends without it. */
  line(pattern: RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
  ended: Promise<Ended>
}

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'dr-cli-'))

/** Starts `dr` in a folder, with nothing of this machine's settings in its environment. */
export function start(folder: string, args: string[], env: Record<string, string> = {}): Running {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH, HOME: folder, USER: 'ada', AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece
      for (const look of waiting) look()
    })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ exit: code ?? undefined, ...text }))
  })
  return {
    ended,
    kill: (signal) => child.kill(signal),
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = whole(text.stderr)
            .concat(whole(text.stdout))
            .find((line) => pattern.test(line))
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
        void ended.then(({ exit, stderr, stdout }) =>
          reject(
            new Error(`dr ended with ${exit ?? 'a signal'} before it wrote ${String(pattern)}:\n${stderr}${stdout}`),
          ),
        )
      }),
  }
}

/** Lines that are complete. */
const whole = (text: string): string[] => text.split('\n').slice(0, -1)

/** Runs `dr` to its end. */
export const run = (folder: string, args: string[], env?: Record<string, string>): Promise<Ended> =>
  start(folder, args, env).ended

/** The objects that `--json` wrote, a line each; throws on a line that is none. */
export const objects = ({ stdout }: Ended): Record<string, unknown>[] =>
  whole(stdout).map((line) => JSON.parse(line) as Record<string, unknown>)
