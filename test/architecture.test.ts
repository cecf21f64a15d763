// ARCHITECTURE.md as far as a test can hold it to the tree: each file it names exists, each folder is on its map.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const text = readFileSync('ARCHITECTURE.md', 'utf8')
/** Text in backquotes outside of the picture. */
const quoted = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, it = '']) => it)

const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((it) => (it.isDirectory() ? [it.name] : []))

/** Files and folders are named from the root, or from src/lib. */
const exists = (path: string): boolean => existsSync(path) || existsSync(`src/lib/${path}`)

describe('ARCHITECTURE.md', () => {
  test('names only files and folders that exist', () => {
    const paths = quoted.filter((it) => /^[\w./-]+$/.test(it) && /\/|\.(ts|md|yaml)$/.test(it))
    const known = paths.filter(
      (it) => !['system.yaml', 'dr.yaml', 'drills/'].includes(it) && !/^(\.|cfn-outputs)/.test(it),
    )
    // Inside the row of a folder its own files are named without it.
    const inside = ['drill', 'execute', 'report', 'aws'].map((folder) => `src/lib/${folder}`)
    const lost = known.filter((it) => !exists(it) && !inside.some((folder) => existsSync(`${folder}/${it}`)))
    expect(known.length).toBeGreaterThan(60)
    expect(lost).toEqual([])
  })

  test.each(['src/lib', 'cfn', 'test'])('has every folder of %s on its map', (root) => {
    const mirrored = new Set([...foldersIn('src/lib'), ...foldersIn('src'), 'scripts'])
    const expected = foldersIn(root).filter((name) => root !== 'test' || !mirrored.has(name))
    const missing = expected.filter((name) => !quoted.includes(`${root}/${name}/`))
    expect(missing).toEqual([])
  })

  test('shows only folders in its picture', () => {
    const [, picture = ''] = /```mermaid\n([\s\S]*?)```/.exec(text) ?? []
    const nodes = new Set(picture.match(/(?<=^ *|[->] )[a-z]+(?= |$)/gm))
    nodes.delete('flowchart')
    const folders = new Set([...foldersIn('src/lib'), ...foldersIn('src')])
    expect(nodes.size).toBeGreaterThan(8)
    expect([...nodes].filter((node) => !folders.has(node))).toEqual([])
  })

  test('names every folder of the simulator in its README', () => {
    const readme = readFileSync('src/simulator/README.md', 'utf8')
    expect(foldersIn('src/simulator').filter((name) => !readme.includes(`\`${name}/\``))).toEqual([])
  })
})
