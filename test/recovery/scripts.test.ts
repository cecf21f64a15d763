// The scripts inside the runbooks, run by Python against a stand-in for boto3 that answers from a small world.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { runbooks } from './documents.ts'

const python = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()
const why = python ? '' : ' (not checked: no Python on this machine)'

const arn = (region: string, role: string): string => `arn:aws:rds:${region}:000000000000:cluster:payments-${role}-pr1`
const primary = arn('us-east-1', 'primary')
const failover = arn('us-west-2', 'failover')

interface World {
  status?: string
  /** ARNs of the clusters that write, at each look; the last one stays. */
  writers?: string[][]
  secret?: Record<string, unknown>
  replicas?: { RegionName: string; ReplicaStatus: string }[]
}

// `calls` counts what is asked, and time passes without waiting.
const standIn = `
import json, sys, types
asked = json.load(sys.stdin)
world, calls, looks = asked['world'], [], [0]

class Client:
    def __init__(self, service, region): self.service, self.region = service, region
    def __getattr__(self, name):
        def call(**inputs):
            calls.append([self.service, self.region, name, inputs])
            if name == 'describe_global_clusters':
                writers = world['writers'][min(looks[0], len(world['writers']) - 1)]
                looks[0] += 1
                members = [{'DBClusterArn': one, 'IsWriter': one in writers} for one in asked['members']]
                return {'GlobalClusters': [{'Status': world['status'], 'GlobalClusterMembers': members}]}
            if name == 'describe_secret': return world['secret']
            if name == 'describe_table': return {'Table': {'Replicas': world['replicas']}}
            return {}
        return call

boto3 = types.ModuleType('boto3')
boto3.client = lambda service, region_name=None: Client(service, region_name)
sys.modules['boto3'] = boto3
sys.modules['time'] = types.SimpleNamespace(sleep=lambda seconds: calls.append(['time', None, 'sleep', seconds]))
place = {}
exec(asked['script'], place)
try: answer = {'result': place[asked['handler']](asked['payload'], {})}
except Exception as error: answer = {'error': str(error)}
json.dump({**answer, 'calls': calls}, sys.stdout)
`

const ofPayments = runbooks('payments')
const ofTransactions = runbooks('transactions')

interface Outcome {
  result?: Record<string, string>
  error?: string
  calls: [service: string, region: string | null, name: string, inputs: unknown][]
}

/** Runs one step of a runbook of payments; variables of the payload are given by `values`. */
function run(kind: string, name: string, world: World, values: Record<string, string> = {}): Outcome {
  const all = kind === 'preflight-table' ? ofTransactions : ofPayments
  const found = all.find((one) => one.kind === kind.replace('-table', '') && one.side === 'failover')
  const inputs = found?.content.mainSteps.find((step) => step.name === name)?.inputs ?? expect.unreachable(name)
  const payload = JSON.stringify(inputs['InputPayload'] ?? {}).replaceAll(
    /\{\{ (\S+) \}\}/g,
    (_, variable: string) => values[variable] ?? expect.unreachable(variable),
  )
  const input = JSON.stringify({
    world: { status: 'available', writers: [[primary]], secret: {}, ...world },
    members: [primary, failover],
    script: inputs['Script'],
    handler: inputs['Handler'],
    payload: JSON.parse(payload) as unknown,
  })
  return JSON.parse(execFileSync('python3', ['-c', standIn], { input, encoding: 'utf8' })) as Outcome
}

const west = { TargetClusterArn: failover, 'global:REGION': 'us-west-2' }

describe.runIf(python)(`the scripts of runbooks${why}`, () => {
  test('see where the writer is, and whether it can be handed over from here', () => {
    expect(run('promote', 'look', {}, west).result).toEqual({ There: 'no', Ready: 'no' })
    expect(run('promote', 'look', { writers: [[failover]] }, west).result).toEqual({ There: 'yes', Ready: 'yes' })
    const back = { TargetClusterArn: primary, 'global:REGION': 'us-west-2' }
    expect(run('switchover', 'look', { writers: [[failover]] }, back).result).toEqual({ There: 'no', Ready: 'yes' })
    const busy = { writers: [[failover]], status: 'switching-over' }
    expect(run('switchover', 'look', busy, back).result).toEqual({ There: 'no', Ready: 'no' })
  })

  test.each([
    ['two writers', { writers: [[primary, failover]] }, west, /has 2 writers/],
    ['no writer', { writers: [[]] }, west, /has 0 writers/],
    ['a target that is no member', {}, { ...west, TargetClusterArn: 'arn:other' }, /no member/],
  ])('go no further with %s', (_, world, values, error) => {
    expect(run('promote', 'look', world, values).error).toMatch(error)
  })

  test('wait until the target alone writes, and fail before their time is over', () => {
    const moved = run('promote', 'verify', { writers: [[primary], [primary, failover], [failover]] }, west)
    expect(moved.error).toBeUndefined()
    expect(moved.calls.filter(([service]) => service === 'time')).toHaveLength(2)
    const never = run('promote', 'verify', {}, west)
    expect(never.error).toMatch(/the writers are .*primary/)
    const slept = never.calls.filter(([service]) => service === 'time').length * 5
    expect(slept).toBeGreaterThan(400)
    expect(slept).toBeLessThan(560)
  })

  test('make the secret of the other region a replica again, in the home region, unless it is one', () => {
    const values = { HomeClusterArn: primary, PeerRegion: 'us-west-2' }
    const made = run('failback', 'replicateSecret', {}, values)
    expect(made.result).toEqual({ Replica: 'made' })
    const force = { AddReplicaRegions: [{ Region: 'us-west-2' }], ForceOverwriteReplicaSecret: true }
    expect(made.calls.at(-1)).toMatchObject(['secretsmanager', 'us-east-1', 'replicate_secret_to_regions', force])
    const synced = { secret: { ReplicationStatus: [{ Region: 'us-west-2', Status: 'InSync' }] } }
    expect(run('failback', 'replicateSecret', synced, values).result).toEqual({ Replica: 'in sync' })
    const home = { HomeClusterArn: primary, PeerRegion: 'us-east-1' }
    expect(run('failback', 'replicateSecret', {}, home)).toMatchObject({ result: { Replica: 'not here' }, calls: [] })
  })

  test('let a drill begin only with a database at rest and no rotation under way', () => {
    expect(run('preflight', 'assertDatabase', {}).result).toEqual({ Writer: primary })
    expect(run('preflight', 'assertDatabase', { status: 'modifying' }).error).toMatch(/is modifying/)
    expect(run('preflight', 'assertDatabase', { writers: [[primary, failover]] }).error).toMatch(/2 of them write/)
    const rotating = { secret: { VersionIdsToStages: { a: ['AWSCURRENT'], b: ['AWSPENDING'] } } }
    expect(run('preflight', 'assertDatabase', rotating).error).toMatch(/rotation .* is under way/)
    const rotated = { secret: { VersionIdsToStages: { a: ['AWSPREVIOUS'], b: ['AWSCURRENT', 'AWSPENDING'] } } }
    expect(run('preflight', 'assertDatabase', rotated).error).toBeUndefined()
  })

  test('let a drill begin only with replicas that are active', () => {
    const replicas = (...states: string[]) =>
      states.map((ReplicaStatus, index) => ({ RegionName: `region-${index}`, ReplicaStatus }))
    const table = (states: string[]) => run('preflight-table', 'assertTable', { replicas: replicas(...states) }).error
    expect(table(['ACTIVE', 'ACTIVE'])).toBeUndefined()
    expect(table(['ACTIVE', 'UPDATING'])).toMatch(/region-1/)
    expect(table([])).toMatch(/all/)
  })

  test('verify that this region, and no other, writes', () => {
    const here = { 'global:REGION': 'us-west-2' }
    expect(run('verify', 'assertWriter', { writers: [[failover]] }, here).error).toBeUndefined()
    expect(run('verify', 'assertWriter', {}, here).error).toMatch(/the writers are/)
    expect(run('switchover', 'refuse', {}).error).toMatch(/nothing changed/)
  })
})
