// Policies with one right less: each must be noticed by a question that was asked, or have a reason why not.
import { execution } from './execution.ts'
import { services } from './services.ts'

/** One policy with one right less. */
export interface Mutant {
  /** Whose right it is, and which. */
  subject: string
  /** Whether anything that was allowed before is refused now. */
  isKilled: () => boolean
}

/** Why nobody notices: what the subject looks like, the reason, and the address that says so. */
export interface Reason {
  subject: RegExp
  why: string
  source: string
}

/** The mutants of a part, and the reasons that it knows. */
export type Part = () => Promise<[Mutant[], Reason[]]>

export const parts: Record<string, Part> = { execution, services }

export interface Judged {
  killed: number
  total: number
  explained: { subject: string; why: string }[]
  survivors: string[]
  /** Reasons that explain nothing. */
  idle: string[]
}

/** Sorts mutants into killed, explained and survived. */
export function judgeAll(mutants: Mutant[], reasons: Reason[]): Judged {
  const alive = mutants.filter(({ isKilled }) => !isKilled()).map(({ subject }) => subject)
  const reasonOf = (subject: string): Reason | undefined => reasons.find((it) => it.subject.test(subject))
  const explained = alive.flatMap((subject) => {
    const reason = reasonOf(subject)
    return reason ? [{ subject, why: `${reason.why} (${reason.source})` }] : []
  })
  return {
    killed: mutants.length - alive.length,
    total: mutants.length,
    explained,
    survivors: alive.filter((subject) => !reasonOf(subject)),
    idle: reasons.filter(({ subject }) => !alive.some((it) => subject.test(it))).map(({ subject }) => String(subject)),
  }
}
