// Before each file of tests: files share a process, so that the SDK is loaded once, but nothing of dr's own: all of its
// modules and of the tests' begin anew, and the process stands where it began.
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

vi.resetModules()
vi.unstubAllEnvs()
vi.useRealTimers()
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
