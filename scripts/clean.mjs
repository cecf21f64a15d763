import { rmSync } from 'node:fs'

// A file that left src must not stay in dist, and go on as a command there.
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
