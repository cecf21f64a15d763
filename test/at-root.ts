// Before each file of tests: the current folder is that of the project again. Files share a process, and many leave it.
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
