// A process of its own that works on the same folder as the test, until it is killed.
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Starts a script of this folder. */
export const child = (script: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** The lines that it says, up to `count` of them. */
export async function said({ stdout }: ChildProcess, count = Infinity): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream })) {
    lines.push(line)
    if (lines.length >= count) break
  }
  return lines
}
