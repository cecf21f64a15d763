// Pure: which property gives a resource a name of its own. CloudFormation makes the new resource before it deletes the old
// one, so it replaces none that would keep such a name: CloudFormation template reference, resource custom naming
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html).

/** What AWS's registry says of a resource type, as far as it is needed here. */
export interface RegisteredType {
  cloudFormationType: string
  primaryIdentifier?: string[]
  properties: Record<string, { required?: boolean; causesReplacement?: string }>
}

/** `Name`, or one that names the type: `GroupName` of a SecurityGroup, `DBInstanceIdentifier`, `ReplicationGroupId`. */
function readsLikeName(property: string, type: string): boolean {
  const stem = /^(?<stem>.*?)(Name|Identifier|Id)$/.exec(property)?.groups?.['stem']?.toLowerCase()
  const last = type.split('::').at(-1)?.toLowerCase() ?? ''
  if (stem === undefined) return false
  return stem === '' ? property === 'Name' : last.endsWith(stem) || stem.endsWith(last)
}

/**
 * The property that holds the custom name of a type; undefined where there is none. A name that has to be given and is
 * only a part of the identifier (a record in its zone, a policy of its role) is free again in another parent.
 */
export function customName({
  cloudFormationType,
  primaryIdentifier = [],
  properties,
}: RegisteredType): string | undefined {
  const isWhole = (name: string): boolean => primaryIdentifier.length === 1 && primaryIdentifier[0] === name
  const fixed = Object.entries(properties)
    .filter(([, { causesReplacement }]) => causesReplacement === 'yes')
    .map(([name]) => name)
    .filter((name) => isWhole(name) || readsLikeName(name, cloudFormationType))
  const [name, ...more] = fixed.length > 1 ? fixed.filter((it) => primaryIdentifier.includes(it)) : fixed
  if (name === undefined || more.length > 0) return undefined
  return isWhole(name) || properties[name]?.required !== true ? name : undefined
}
