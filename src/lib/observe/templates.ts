// Reads what is deployed inside a stack instance: the templates of its root and nested stacks, as AWS holds them.
import type { Aws } from '../aws/connect.ts'
import type { Region } from '../core/model.ts'
import { nestedKeys, type TemplateTree } from '../templates/tree.ts'
import type { TemplateBody } from '../templates/evaluation.ts'

/**
 * The templates of a stack, or undefined where one of them cannot be read.
 * @param known a packaged template by its key: keys are content hashes, so what has one of ours need not be read
 */
export async function deployedTree(
  aws: Aws,
  region: Region,
  stackId: string,
  known: (key: string) => TemplateTree | undefined,
): Promise<TemplateTree | undefined> {
  const stacks = aws.stacks(region)
  const body = parsed(await stacks.template(stackId))
  if (!body) return undefined
  const children = nestedKeys(body).map(({ id, key }) => ({ id, tree: key === undefined ? undefined : known(key) }))
  const resources = children.every(({ tree }) => tree) ? [] : await stacks.resources(stackId)
  const nested = await Promise.all(
    children.map(async ({ id, tree }): Promise<{ id: string; tree: TemplateTree | undefined; absent: boolean }> => {
      if (tree) return { id, tree, absent: false }
      const own = resources.find((it) => it.logicalId === id && it.status !== 'DELETE_COMPLETE')
      // Its condition is false there: nobody will ask for it.
      if (!own?.physicalId) return { id, tree: undefined, absent: true }
      return { id, tree: await deployedTree(aws, region, own.physicalId, known), absent: false }
    }),
  )
  if (nested.some(({ tree, absent }) => !tree && !absent)) return undefined
  return { body, nested: Object.fromEntries(nested.flatMap(({ id, tree }) => (tree ? [[id, tree]] : []))) }
}

/** dr uploads JSON; another form was put there by somebody else. */
function parsed(text: string | undefined): TemplateBody | undefined {
  try {
    const body = JSON.parse(text ?? '') as TemplateBody
    return typeof body.Resources === 'object' ? body : undefined
  } catch {
    return undefined
  }
}
