// The environment that is one VPC too many: the account's default VPC and four others already use the quota of five.
import { join, resolve } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { paint } from '../../src/lib/views/paint.ts'
import { reportText } from '../../src/lib/views/report.ts'
import { copyOf, inEmptyFolder } from '../cloud.ts'
import { cloudOf, standing } from './environment.ts'

const here = resolve('test/golden')
beforeEach(inEmptyFolder)

test('the fifth environment names the quota, its code, used and limit, and the region', async () => {
  const it = copyOf(await standing())
  it.simulator.change(({ resources }) => {
    for (const vpc of Object.values(resources).filter(({ type }) => type === 'AWS::EC2::VPC'))
      for (const physicalId of ['vpc-2', 'vpc-3', 'vpc-4'])
        resources[`${vpc.region}|AWS::EC2::VPC|${physicalId}`] = { ...structuredClone(vpc), physicalId }
  })
  const vpcs = (): number => Object.values(cloudOf(it).resources).filter(({ type }) => type === 'AWS::EC2::VPC').length
  expect(vpcs()).toBe(8)
  const report = await deploy(it.run('deploy'), await it.target({ suffix: 'e5' }))
  expect(report).toMatchObject({ exit: 4 })
  expect(report.causes).toMatchObject(
    ['us-east-1', 'us-west-2'].map((region) => ({
      stage: 'foundation',
      region,
      path: ['Network', 'Vpc'],
      type: 'AWS::EC2::VPC',
      reason: 'The maximum number of VPCs has been reached.',
    })),
  )
  const screen = reportText(report, paint(false), 80)
  const text = screen.replaceAll(/\s+/g, ' ')
  for (const region of ['us-east-1', 'us-west-2'])
    expect(text).toContain(`The quota VPCs per Region (L-F678F1CE) is used up in ${region}: 5 of 5`)
  await expect(`${screen.replaceAll(/dr-[0-9a-f]{12}-/g, 'dr-∙∙∙∙∙∙∙∙∙∙∙∙-')}\n`).toMatchFileSnapshot(
    join(here, 'deploy-quota.txt'),
  )
  expect(vpcs()).toBe(8)
})
