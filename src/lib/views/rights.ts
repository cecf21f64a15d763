// What `dr rights` says beside the policies.
import { place } from '../core/errors.ts'
import type { UnknownType } from '../rights/grants.ts'

/** One line for each type of which nothing is known. */
export const unknownTypes = (unknown: UnknownType[]): string[] =>
  unknown.map(({ type, used }) => {
    const where = used[0] ? `${place(used[0].position)}: ` : ''
    return `${where}not checked: nothing is known of the rights that ${type} needs, so none are granted`
  })
