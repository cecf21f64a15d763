// What follows from a template's body alone is worked out once: stacks, regions and rules ask for the same again.
import type { TemplateBody } from './evaluation.ts'

/** `make`, which gives the same for the same body: nobody changes one that was read. */
export function oncePerBody<T>(make: (body: TemplateBody) => T): (body: TemplateBody) => T {
  const known = new WeakMap<TemplateBody, { made: T }>()
  return (body) => {
    const before = known.get(body)
    if (before) return before.made
    const made = make(body)
    known.set(body, { made })
    return made
  }
}
