// @aws/cloudformation-validate, asked each question once in a run of the tests. What it answers follows from the
// template and its settings alone, but it needs seconds to begin, and each of sixty files is a process of its own.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Library from '@aws/cloudformation-validate'
import type { Engine, StandardReport, TemplateFile, ValidateConfig } from '@aws/cloudformation-validate'

/** Goes with the run: `temporary.ts` has made the folder around it. */
const folder = join(tmpdir(), 'judged')

/** The library by the name that the configuration of the tests turns to this file. */
const library = (): typeof Library => createRequire(import.meta.url)('@aws/cloudformation-validate')

/** The library's engine, which is there from the first question on that nobody has asked yet. */
export class CelEngine {
  private engine: Engine | undefined

  validateStandard(template: TemplateFile, config: ValidateConfig): StandardReport {
    const question = createHash('sha256').update(JSON.stringify(config)).update(template.readBytes()).digest('hex')
    const file = join(folder, `${question}.json`)
    return read(file) ?? written(file, (this.engine ??= new (library().CelEngine)()).validateStandard(template, config))
  }
}

function read(file: string): StandardReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StandardReport
  } catch {
    return undefined
  }
}

/** Whole or not at all: another process may look at any time. */
function written(file: string, report: StandardReport): StandardReport {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(report))
  renameSync(`${file}.${process.pid}`, file)
  return report
}
