// What a plan would replace under the name that it has. No consent helps there: CloudFormation makes the new resource before
// it deletes the old one, and refuses. So dr refuses before anything is touched.
import type { Differences } from '../core/difference.ts'
import { DrError } from '../core/errors.ts'

/** A resource that would be replaced under the name that it has: `name` is `stage/Nested/LogicalId`. */
export interface Kept {
  name: string
  keptName: string
  /** The properties whose change asks for the replacement: `Port`. */
  because: string[]
}

/** What the plan would replace and CloudFormation would not, each name once. */
export function keptNames({ instances }: Differences): Kept[] {
  const found = instances.flatMap(({ stage, resources }) =>
    resources.flatMap(({ path, keptName, properties }): Kept[] => {
      const because = properties.filter(({ replaces }) => replaces === 'yes').map((it) => it.path)
      return keptName === undefined ? [] : [{ name: [stage, ...path].join('/'), keptName, because }]
    }),
  )
  return [...new Map(found.map((it) => [it.name, it])).values()]
}

/** One sentence about it. */
export const saidOfKept = ({ name, keptName, because }: Kept): string =>
  `${name} would be replaced because of ${because.join(', ')}, but it keeps its fixed name ${keptName}: CloudFormation refuses that`

/** Who may have set a value that a user can set back: not dr, and not an output of another stage. */
const settable = /^(--parameter|dr\.yaml|given|default|scale .+)$/

/** Parameters that a user can set back, each with both values: `app.ContainerPort from 8080 to 3000`. */
const parametersChanged = ({ instances }: Differences): string[] => [
  ...new Set(
    instances.flatMap(({ stage, parameters }) =>
      parameters.flatMap(({ name, before, after, source }) =>
        before === undefined || after === undefined || !settable.test(source)
          ? []
          : [`${stage}.${name} from ${before} to ${after}`],
      ),
    ),
  ),
]

/** The ways out: none of them is a flag of this command. */
export function wayOfKept(differences: Differences): string {
  const changed = parametersChanged(differences)
  const here = changed.length === 0 ? '' : ` (a changed parameter may be the cause: ${changed.join(', ')})`
  return `no flag allows this: keep the old values${here}, give the resource another name in its template, deploy under another suffix, or run dr destroy first`
}

/** What is refused, for machines. */
export const refusedOf = (differences: Differences): (Kept & { hint: string })[] =>
  keptNames(differences).map((it) => ({ ...it, hint: wayOfKept(differences) }))

/** @throws DrError exit 3: resources would be replaced under their own names; nothing was changed */
export function refuseKeptNames(differences: Differences): void {
  const kept = keptNames(differences)
  if (kept.length === 0) return
  throw new DrError('KeepsName', 3, `${kept.map(saidOfKept).join('\n')}\nnothing was changed`, wayOfKept(differences))
}
