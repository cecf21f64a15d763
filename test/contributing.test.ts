// CONTRIBUTING.md names every script and only files that exist, so that its commands can be pasted.
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const text = readFileSync('CONTRIBUTING.md', 'utf8')
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

/** Scripts that a text does not list; npm itself runs `prepare`. */
const unlisted = (document: string, names: string[]): string[] =>
  names.filter((name) => name !== 'prepare' && !new RegExp(`^\\| \`npm (run )?${name}\` \\|`, 'm').test(document))
/** Files and folders that the commands of a text name and that are not there. */
const absent = (document: string): string[] =>
  [...document.matchAll(/^(?:npx vitest|node|git diff) .*$/gm)]
    .flatMap(([command]) => command.split('#')[0]?.match(/\b(?:bin|test|docs)\b[\w./-]*/g) ?? [])
    .filter((path) => !existsSync(path))

test('lists every script', () => {
  expect(unlisted(text, Object.keys(scripts))).toEqual([])
})

test('names only files that exist', () => {
  expect(text.match(/^npx vitest /gm)?.length).toBeGreaterThan(3)
  expect(absent(text)).toEqual([])
})

test('finds a script that is not listed and a file that is gone', () => {
  expect(unlisted('| `npm run build` | builds | 1 s |\n', ['build', 'prepare', 'polish'])).toEqual(['polish'])
  expect(absent('npx vitest run test/gone.test.ts test/plan # test/never')).toEqual(['test/gone.test.ts'])
})
