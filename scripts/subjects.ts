// Checks the subjects of commits: 1 to 72 characters, no period at the end. Merges are git's own and are left out.
// npm run subjects            commits since the base below; a shallow clone without it: all that it has
// npm run subjects -- BASE    commits since BASE
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The last commit before this rule; 316 of the 429 subjects up to it are longer. */
const base = 'c06f3785f95460554653f72a3f5420bbc7b7862b'
const longest = 72

interface Commit {
  id: string
  subject: string
}

/** What is wrong with a subject; undefined when nothing is. */
export function faultOf(subject: string): string | undefined {
  const length = Array.from(subject).length
  if (subject.trim() === '') return 'it is empty'
  if (length > longest) return `it has ${length} characters, ${length - longest} more than ${longest}`
  if (subject.endsWith('.')) return 'it ends with a period'
  return undefined
}

/** The commits since another one, without merges; all that there are in a shallow clone that does not reach it. */
export function commitsSince(since: string, folder: string): Commit[] {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
  const isShallow = git('rev-parse', '--is-shallow-repository') === 'true'
  const range = isShallow && !git('rev-list', 'HEAD').split('\n').includes(since) ? 'HEAD' : `${since}..HEAD`
  const log = git('log', '--no-merges', '--format=%h %s', range)
  return [...log.matchAll(/^(\S+) (.*)$/gm)].map(([, id = '', subject = '']) => ({ id, subject }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const commits = commitsSince(process.argv[2] ?? base, '.')
  const faults = commits.flatMap(({ id, subject }) => {
    const fault = faultOf(subject)
    return fault === undefined ? [] : [`FAIL  ${id} ${subject}\n      ${fault}`]
  })
  for (const fault of faults) process.stdout.write(`${fault}\n`)
  process.stdout.write(`${commits.length - faults.length} of ${commits.length} commit subjects are good\n`)
  process.exitCode = faults.length > 0 ? 1 : 0
}
