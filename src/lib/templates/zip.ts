// Bundles a Lambda function's folder into a zip whose bytes depend on the sources only:
// not on the clock, the time zone, or where the checkout lies.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { BuildFailure } from 'esbuild'
import { zipSync } from 'fflate'
import { DrError } from '../core/errors.ts'

/** Where the packages of functions lie, also for templates outside of this package. */
const packages = dirname(dirname(createRequire(import.meta.url).resolve('pg/package.json')))

/** CommonJS packages ask for Node's own modules by `require`, which modules lack. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire('/');"

export interface Zipped {
  zip: Uint8Array
  /** Files of ours that went into it, relative to the function's folder. */
  sources: string[]
}

/**
 * Bundles `index.ts` with all it imports into `index.mjs` (handler `index.handler`) and zips it.
 * The AWS SDK stays outside: the Node.js runtimes of Lambda bring it.
 * @param folder absolute path of the function's folder
 * @throws DrError exit 2 with position when the sources do not compile
 */
export async function zipFunction(folder: string): Promise<Zipped> {
  if (!existsSync(join(folder, 'index.ts'))) {
    throw new DrError('FunctionNotFound', 2, `${folder} holds no index.ts`, 'point Code to the folder of a function')
  }
  const { build } = await import('esbuild')
  const result = await build({
    // Paths in the output are relative to this folder, so that a copy elsewhere gives the same bytes.
    absWorkingDir: folder,
    entryPoints: ['index.ts'],
    outfile: 'index.mjs',
    tsconfigRaw: {},
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['@aws-sdk/*', '@smithy/*'],
    nodePaths: [packages],
    banner: { js: banner },
    // Short names also leave out the paths of CommonJS packages, which differ from machine to machine.
    minifyWhitespace: true,
    minifyIdentifiers: true,
    keepNames: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  }).catch((error: BuildFailure) => {
    throw compileFault(folder, error)
  })
  return {
    zip: zip({ 'index.mjs': result.outputFiles[0]?.contents ?? new Uint8Array() }),
    sources: Object.keys(result.metafile.inputs).filter((file) => !file.includes('node_modules')),
  }
}

/** A zip with fixed times and permissions. */
export function zip(files: Record<string, Uint8Array>): Uint8Array {
  // fflate writes local time: a local midnight gives the same bytes in every time zone. 1980 is zip's first year.
  const mtime = new Date(1980, 0, 1)
  const readable = 0o100644 * 2 ** 16 // Lambda cannot load a file that "others" may not read.
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
  return zipSync(
    Object.fromEntries(entries.map(([name, bytes]) => [name, [bytes, { mtime, os: 3, attrs: readable, level: 9 }]])),
  )
}

function compileFault(folder: string, failure: BuildFailure): DrError {
  const [first] = failure.errors ?? []
  const at = first?.location
  const where = at ? `${join(folder, at.file)}:${at.line}:${at.column + 1}` : folder
  const what = first?.text ?? failure.message
  return new DrError('FunctionNotBuilt', 2, `${where}: ${what}`, 'correct the function and run the command again')
}
