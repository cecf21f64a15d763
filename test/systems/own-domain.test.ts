// A name of one's own: records in a zone that exists, certificates at both ends.
import { beforeEach, describe, expect, test } from 'vitest'
import { deploy } from '../../src/lib/runs/deploy.ts'
import { destroy } from '../../src/lib/runs/destroy.ts'
import { type Account, account, inEmptyFolder } from '../cloud.ts'
import { agreed, cloudOf } from '../runs/environment.ts'

beforeEach(inEmptyFolder)

const zone = 'Z00000000000000OWN'
const key = `global|AWS::Route53::HostedZone|${zone}`
const certificate = (region: string): string => `arn:aws:acm:${region}:000000000000:certificate/${region}`

/** An account with a zone that some other team made. */
function withZone(): Account {
  const it = account()
  it.simulator.change((cloud) => {
    cloud.resources[key] = {
      type: 'AWS::Route53::HostedZone',
      physicalId: zone,
      region: 'global',
      properties: { Name: 'example.com' },
      attributes: { Id: zone, NameServers: ['ns-1.awsdns-01.com'] },
      tags: {},
      createdAt: 0,
    }
  })
  return it
}

describe.each(['transactions', 'payments'])('%s', (system) => {
  const flags = {
    system,
    'create-secret': true,
    parameter: [
      `dns.HostedZoneId=${zone}`,
      'ParentDomain=example.com',
      `app.PrimaryCertificateArn=${certificate('us-east-1')}`,
      `app.FailoverCertificateArn=${certificate('us-west-2')}`,
    ],
  }

  test('is deployed under a name of one’s own, and its destroy leaves the zone', async () => {
    const it = withZone()
    expect(await deploy(it.run('deploy'), await it.target(flags))).toMatchObject({ exit: 0, causes: [] })
    const records = Object.values(cloudOf(it).resources).filter(
      ({ type, properties }) => type === 'AWS::Route53::RecordSet' && properties['HostedZoneId'] === zone,
    )
    expect(records.map(({ properties }) => properties['Name'])).toEqual([1, 2].map(() => `${system}-pr123.example.com`))
    expect(records.every(({ properties }) => properties['AliasTarget'] !== undefined)).toBe(true)
    const again = await it.target(flags)
    expect(await deploy(it.run('deploy'), again)).toMatchObject({ exit: 0, stages: [] })
    expect(again.aws.calls.mutating).toEqual({})
    expect(await destroy(it.run('destroy'), await it.target(flags), agreed)).toMatchObject({ exit: 0 })
    expect(cloudOf(it).resources).toHaveProperty([key])
  })
})
