// Reads what vitest's JSON reporter says of a run, and finds the requirements that its tests claim.
import { z } from 'zod'
import type { Level } from './catalogue.ts'
import type { Claim } from './matrix.ts'

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          title: z.string(),
          status: z.string(),
          meta: z.object({ target: z.enum(['simulator', 'aws']).optional() }).optional(),
        }),
      ),
    }),
  ),
})

/** A run as the matrix needs it; `broken` names test files that could not even start. */
export interface Run {
  claims: Claim[]
  broken: string[]
}

/** The ids at the beginning of a title: `TXN-05 TXN-29 each region has a key` claims two. */
export const idsOf = (title: string): string[] => /^(?:[A-Z]+-\d+ )+/.exec(title)?.[0].trim().split(' ') ?? []

const levelOf = (file: string): Level | undefined => {
  const level = /\.(static|deployed)\.test\.ts$/.exec(file)?.[1]
  return level as Level | undefined
}

/** Parses a JSON report; throws ZodError when it is none. */
export function readReport(json: unknown): Run {
  const files = report.parse(json).testResults
  const claims = files.flatMap((file): Claim[] => {
    const level = levelOf(file.name)
    if (level === undefined) return []
    return file.assertionResults.flatMap(({ title, status, meta }) =>
      idsOf(title).map((id): Claim => ({ id, level, outcome: outcomeOf(status), target: meta?.target, test: title })),
    )
  })
  // A file whose import or shared setup fails has a failed status without a failed test.
  const broken = files
    .filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.every((t) => t.status !== 'failed'),
    )
    .map(
      ({ name, message }) => `${name.replace(/^.*\/test\//, 'test/')} did not run: ${(message ?? '').split('\n')[0]}`,
    )
  return { claims, broken }
}

const outcomeOf = (status: string): Claim['outcome'] =>
  status === 'passed' || status === 'failed' ? status : 'skipped'
