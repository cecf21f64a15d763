// What drill files rely on, checked offline: names in braces that an environment gives, regions that the system has,
// and alarms that its templates make.
import { environmentKeys } from '../report/outputs.ts'
import type { Role, System, Target } from '../core/model.ts'
import { nameOf, resources, type Finding, type Violation } from '../rules/rule.ts'
import type { Path } from '../templates/positions.ts'
import { resolveSystem, type ResolvedTemplate } from '../templates/resolve.ts'
import { placeholder } from './drill.ts'
import { isDrill, loadedDrills, type Drill } from './file.ts'

/** What may stand there: the flat outputs, names of secrets, the system, its suffix and its regions by role. */
const placeholders = (system: System): string[] => [
  'system',
  'suffix',
  ...Object.keys(system.regions),
  ...environmentKeys(system),
  ...system.stages.flatMap(({ outputs }) => outputs.map(({ key }) => key)),
  ...system.secrets.map(({ name }) => `secret.${name}`),
]

interface Said {
  path: Path
  text: string
}

/** Every text of a drill in which names are filled in. */
function texts({ inject, recover, probes, guards }: Drill): Said[] {
  const targets = { inject, recover, probes }
  return [
    ...Object.entries(targets).flatMap(([kind, all]) =>
      all.flatMap(({ target }, index) =>
        Object.entries(target).map(([key, text]) => ({ path: [kind, index, 'target', key], text })),
      ),
    ),
    ...guards.map(({ alarm }, index) => ({ path: ['guards', index, 'alarm'], text: alarm })),
  ]
}

const places = ({ inject, recover, probes, guards }: Drill): { path: Path; role: Role }[] => [
  ...Object.entries({ inject, recover, guards }).flatMap(([kind, all]) =>
    all.map((it, index) => ({ path: [kind, index, 'in'], role: it.in })),
  ),
  ...probes.flatMap(({ from, to }, index) => [
    { path: ['probes', index, 'from'], role: from },
    { path: ['probes', index, 'to'], role: to },
  ]),
]

/** Names of the alarms that the templates make, by role. */
const alarms = (templates: ResolvedTemplate[], role: Role): Set<string> =>
  new Set(
    resources({ templates: templates.filter((it) => it.role === role) }, 'AWS::CloudWatch::Alarm').map((found) =>
      String(found.properties['AlarmName'] ?? nameOf(found)),
    ),
  )

/**
 * Checks the drill files of a system for a target.
 * @throws DrError exit 2: drill files that cannot be read as such, templates that cannot be resolved
 */
export function drillFindings(target: Target): Finding[] {
  const { system, suffix } = target
  const known = new Set(placeholders(system))
  const templates = resolveSystem(target, () => undefined)
  return loadedDrills(system.folder).flatMap(({ data, at }) => {
    if (!isDrill(data)) return []
    const found = (rule: string, fix: string, violations: Violation[]): Finding[] =>
      violations.map((it) => ({ rule: `drills/${rule}`, severity: 'error', fix, requirements: [], ...it }))
    const unknown = texts(data).flatMap(({ path, text }) =>
      [...text.matchAll(placeholder)].flatMap(([, name = '']) =>
        known.has(name)
          ? []
          : { position: at(path), message: `{${name}} is no output of ${system.name} and no name that dr knows` },
      ),
    )
    const nowhere = places(data).flatMap(({ path, role }) =>
      system.regions[role] === undefined ? { position: at(path), message: `${system.name} has no ${role} region` } : [],
    )
    const unguarded = data.guards.flatMap(({ in: role, alarm }, index) => {
      const name = alarm.replaceAll('{system}', system.name).replaceAll('{suffix}', suffix)
      const isThere = name.includes('{') || system.regions[role] === undefined || alarms(templates, role).has(name)
      return isThere
        ? []
        : {
            position: at(['guards', index, 'alarm']),
            message: `no template makes the alarm ${name} in the ${role} region`,
          }
    })
    return [
      ...found('placeholder', 'name a key of the outputs in system.yaml, or add it there', unknown),
      ...found('region', 'name one of its regions', nowhere),
      ...found('alarm', 'name an alarm that its templates make there', unguarded),
    ]
  })
}
