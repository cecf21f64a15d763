// The catalogue of requirements: what is asked of the systems, and which checks each row has.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { z } from 'zod'

const check = z.enum(['static', 'deployed', 'aws'])

const row = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['M', 'C', 'O', 'V', 'B']),
    text: z.string().min(10),
    checks: z.union([z.literal('none'), z.array(check).nonempty()]),
    because: z.string().min(10).optional(),
  })
  .refine(({ checks, because }) => (checks === 'none' || checks.includes('aws')) === (because !== undefined), {
    message: '`because` belongs to rows without a check and to rows that need AWS, and only to them',
  })

const catalogue = z.record(
  z.string(),
  z.strictObject({ title: z.string(), system: z.string().optional(), rows: z.array(row) }),
)

/** What a level of checks looks at: the resolved templates, or the account that was deployed to. */
export type Level = Exclude<z.infer<typeof check>, 'aws'>

export type Row = z.infer<typeof row>

/** The rows of one prefix; `built` is whether its system exists in this repository. */
export interface Family {
  prefix: string
  title: string
  built: boolean
  rows: Row[]
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Reads a catalogue from YAML text; throws ZodError when a row is not as it should be. */
export function parseCatalogue(text: string, exists: (system: string) => boolean): Family[] {
  return Object.entries(catalogue.parse(load(text))).map(([prefix, { title, system, rows }]) => ({
    prefix,
    title,
    built: system === undefined || exists(system),
    rows,
  }))
}

/** The catalogue of this repository. */
export const readCatalogue = (): Family[] =>
  parseCatalogue(readFileSync(at('catalogue.yaml'), 'utf8'), (system) =>
    existsSync(at(`../../cfn/systems/${system}/system.yaml`)),
  )
