// Reads where rules come from: the tables of SPEC.md, the names that docs/sources.md defines, and citations in any file.
export interface Document {
  path: string
  text: string
}

interface Rule {
  rule: string
  source: string
}

const cells = (line: string): string[] => line.split(/(?<!\\)\|/).slice(1, -1)
const isRow = (line: string): boolean => line.startsWith('|') && !/^[|\s-]+$/.test(line)

/** Every table of a document, its header first. */
function tables(text: string): string[][][] {
  const blocks = text.split(/\n(?!\|)/).map((block) => block.split('\n').filter(isRow))
  return blocks
    .filter((rows) => rows.length > 0)
    .map((rows) => rows.map((row) => cells(row).map((cell) => cell.trim())))
}

/** The rules of a SPEC.md: rows of tables whose last column is called Source. */
export const rulesOf = (text: string): Rule[] =>
  tables(text)
    .filter(([header]) => header?.at(-1) === 'Source')
    .flatMap(([, ...rows]) => rows.map((row) => ({ rule: row[0] ?? '', source: row.at(-1) ?? '' })))

/** What is marked as not verified, wherever in the row. */
export const unverified = (text: string): string[] =>
  rulesOf(text)
    .map(({ rule, source }) => `${rule} ${source}`)
    .filter((row) => row.includes('[?]'))

/** The names in the first columns of docs/sources.md. */
export const namesOf = (text: string): string[] =>
  tables(text).flatMap(([header, ...rows]) =>
    header?.[0] === 'Name' ? rows.map(([name = '']) => name.replaceAll('`', '')) : [],
  )

const tag = /\[[A-Z][A-Za-z]*\d{0,2}(?:[:# ][\w.-]+)?\](?!\()/g
/** `[M:CreateStack]`, `[M:X]` and `[M]` are one tag. */
const stem = (name: string): string => /^\[([A-Za-z]+\d*|\?)/.exec(name)?.[1] ?? name

/** Tags in a text that no name of docs/sources.md begins with. */
export function undefinedTags(text: string, names: string[]): string[] {
  const known = new Set(names.filter((name) => name.startsWith('[')).map(stem))
  // Brackets in code are AWS's words.
  return [...text.replaceAll(/`[^`]*`/g, '').matchAll(tag)]
    .map(([found]) => found)
    .filter((found) => !known.has(stem(found)))
}

/** Rules whose source names nothing that docs/sources.md defines. */
export function unsourced(text: string, names: string[]): string[] {
  const known = names.filter((name) => !name.startsWith('['))
  const stems = new Set(names.filter((name) => name.startsWith('[')).map(stem))
  const isNamed = (source: string): boolean =>
    [...source.matchAll(/\[(\?|[A-Za-z]+\d*)/g)].some(([, found]) => stems.has(found ?? '')) ||
    known.some((name) =>
      new RegExp(`(^|[^\\w-])${name.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')}($|[^\\w-])`, 'i').test(source),
    )
  return rulesOf(text)
    .filter(({ source }) => !isNamed(source))
    .map(({ rule, source }) => `${rule}: ${source}`)
}

/** What a run of dr writes, or what a person is to name. */
const written = /^(report|comment|NNN-title)\.md$/
const named = /[\w./-]*[\w-]\.md\b/g

/** Documents that a text names and that are not in the tree, and sections of notes that only their authors have. */
export function missing({ path, text }: Document, tree: string[]): string[] {
  const isThere = (name: string): boolean => {
    const plain = name.replace(/^(\.{0,2}\/)+/, '')
    return written.test(plain.split('/').at(-1) ?? '') || tree.some((it) => it === plain || it.endsWith(`/${plain}`))
  }
  const absent = [...text.replaceAll(/https?:\/\/\S+/g, '').matchAll(named)]
    .map(([name]) => name)
    .filter((name) => !isThere(name))
  const sections = [...text.matchAll(/[\w-]+\.md §[\d.]*|\b[A-Z] §[\d.]+|\bdesign notes?\b/g)].map(([found]) => found)
  return [...absent, ...sections].map((found) => `${path}: ${found}`)
}

/** Links of a document to files that are not there. */
export const brokenLinks = ({ path, text }: Document, tree: string[]): string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => {
      const from = target.startsWith('/') ? 'file:///' : `file:///${path}`
      const full = decodeURI(new URL(target.replace(/^\//, ''), from).pathname.slice(1))
      return !tree.some((it) => it === full || it.startsWith(`${full}/`))
    })
    .map((target) => `${path}: ${target}`)
