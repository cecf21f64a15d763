// What a plan would replace and CloudFormation would not, whoever consents: a resource that keeps its fixed name, since the new
// one is created before the old one is deleted, and one whose logical id gets another type (aws/aws-sam-cli#6786,
// aws-quickstart/quickstart-amazon-eks#361). So dr refuses before anything is touched.
import type { Differences, ResourceDifference } from '../core/difference.ts'
import { DrError } from '../core/errors.ts'

/** A resource that cannot be replaced: `name` is `stage/Nested/LogicalId`. One of `keptName` and `types` says why. */
export interface Kept {
  name: string
  keptName?: string
  /** Its type now, and in the template. */
  types?: [string, string]
  /** The properties whose change asks for the replacement: `Port`. */
  because: string[]
}

/** Whether CloudFormation refuses this replacement. */
export const isRefused = ({ keptName, formerType }: ResourceDifference): boolean =>
  keptName !== undefined || formerType !== undefined

/** What the plan would replace and CloudFormation would not, each name once. */
export function keptNames({ instances }: Differences): Kept[] {
  const found = instances.flatMap(({ stage, resources }) =>
    resources.filter(isRefused).map(({ path, type, keptName, formerType, properties }): Kept => {
      const because = properties.filter(({ replaces }) => replaces === 'yes').map((it) => it.path)
      const name = [stage, ...path].join('/')
      if (formerType !== undefined) return { name, types: [formerType, type], because: [] }
      return { name, ...(keptName === undefined ? {} : { keptName }), because }
    }),
  )
  return [...new Map(found.map((it) => [it.name, it])).values()]
}

/** One sentence about it. */
export function saidOfKept({ name, keptName = '', types, because }: Kept): string {
  if (types) return `${name} would change its type from ${types.join(' to ')}: CloudFormation refuses that`
  return `${name} would be replaced because of ${because.join(', ')}, but it keeps its fixed name ${keptName}: CloudFormation refuses that`
}

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
  const kept = keptNames(differences)
  const ways = [
    ...(kept.some(({ types }) => !types)
      ? [`keep the old values${here}, give the resource another name in its template`]
      : []),
    ...(kept.some(({ types }) => types)
      ? ['give the resource of the new type another logical id in its template']
      : []),
  ]
  return `no flag allows this: ${ways.join(', ')}, deploy under another suffix, or run dr destroy first`
}

/** What is refused, for machines. */
export const refusedOf = (differences: Differences): (Kept & { hint: string })[] =>
  keptNames(differences).map((it) => ({ ...it, hint: wayOfKept(differences) }))

/** @throws DrError exit 3: resources would be replaced that CloudFormation does not replace; nothing was changed */
export function refuseKeptNames(differences: Differences): void {
  const kept = keptNames(differences)
  if (kept.length === 0) return
  const code = kept.every(({ types }) => types) ? 'ChangesType' : 'KeepsName'
  throw new DrError(code, 3, `${kept.map(saidOfKept).join('\n')}\nnothing was changed`, wayOfKept(differences))
}
