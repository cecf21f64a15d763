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
  /** How the member that follows is synchronized, at each look; the last one stays. */
  follows?: string[]
  secret?: Record<string, unknown>
  /** The secret in the region of the replica; none where it is left out. */
  secretThere?: Record<string, unknown>
  /** How the target's cluster and its writing instance are, at each look; the last one stays. */
  cluster?: string[]
  instance?: string
  /** A failover that is under way. */
  begun?: Record<string, string>
  /** What /ready says, at each look; the last one stays. */
  ready?: (Record<string, unknown> | 'refused')[]
  /** With what RDS refuses a failover. */
  refused?: string
  replicas?: { RegionName: string; ReplicaStatus: string }[]
  /** What the parameter of a drill holds; none where it is left out. */
  parameter?: string
  inverted?: string[]
  /** Reserved concurrency, by function; none is reserved for others. */
  reserved?: Record<string, number>
  /** How many of 16 checkers find the primary well, at each look; the last one stays. */
  well?: number[]
}

// `calls` counts what is asked, and time passes without waiting.
const standIn = `
import io, json, sys, types, urllib.request
asked = json.load(sys.stdin)
world, calls, looks = asked['world'], [], [0]

class Client:
    exceptions = types.SimpleNamespace(ResourceNotFoundException=KeyError)
    def __init__(self, service, region): self.service, self.region = service, region
    def __getattr__(self, name):
        def call(**inputs):
            calls.append([self.service, self.region, name, inputs])
            if name == 'describe_global_clusters':
                writers = world['writers'][min(looks[0], len(world['writers']) - 1)]
                looks[0] += 1
                follows = world.get('follows', ['connected'])
                state = follows[min(looks[0], len(follows)) - 1]
                members = [{'DBClusterArn': one, 'IsWriter': one in writers,
                            'SynchronizationStatus': 'connected' if one in writers else state}
                           for one in asked['members']]
                one = {'Status': world['status'], 'GlobalClusterMembers': members}
                if 'begun' in world: one['FailoverState'] = world['begun']
                return {'GlobalClusters': [one]}
            if name == 'describe_db_clusters':
                states = world.get('cluster', ['available'])
                member = {'DBInstanceIdentifier': 'one', 'IsClusterWriter': True}
                return {'DBClusters': [{'Status': states[min(looks[0], len(states)) - 1], 'DBClusterMembers': [member]}]}
            if name == 'describe_db_instances':
                return {'DBInstances': [{'DBInstanceStatus': world.get('instance', 'available')}]}
            if name == 'failover_global_cluster' and 'refused' in world: raise Exception(world['refused'])
            if name == 'describe_secret' and self.region == 'us-west-2':
                if 'secretThere' not in world: raise KeyError('no such secret')
                return world['secretThere']
            if name == 'describe_secret': return world['secret']
            if name == 'get_parameters':
                return {'Parameters': [{'Value': world['parameter']}] if 'parameter' in world else []}
            if name == 'get_health_check':
                inverted = inputs['HealthCheckId'] in world.get('inverted', [])
                return {'HealthCheck': {'HealthCheckConfig': {'Inverted': inverted}}}
            if name == 'get_function_concurrency':
                reserved = world.get('reserved', {})
                one = inputs['FunctionName']
                return {'ReservedConcurrentExecutions': reserved[one]} if one in reserved else {}
            if name == 'get_health_check_status':
                well = world['well'][min(looks[0], len(world['well']) - 1)]
                looks[0] += 1
                said = ['Success: HTTP Status Code 200, OK'] * well + ['Failure: HTTP Status Code 503'] * (16 - well)
                return {'HealthCheckObservations': [{'StatusReport': {'Status': one}} for one in said]}
            if name == 'describe_table': return {'Table': {'Replicas': world['replicas']}}
            return {}
        return call

boto3 = types.ModuleType('boto3')
boto3.client = lambda service, region_name=None: Client(service, region_name)
sys.modules['boto3'] = boto3
def urlopen(url, timeout):
    calls.append(['net', None, url, timeout])
    said = world['ready'][min(looks[0], len(world['ready']) - 1)]
    looks[0] += 1
    if said == 'refused': raise OSError('connection refused')
    return io.BytesIO(json.dumps(said).encode())
urllib.request.urlopen = urlopen
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
function run(kind: string, name: string, world: World, values: Record<string, string | string[]> = {}): Outcome {
  const all = kind === 'preflight-table' ? ofTransactions : ofPayments
  const found = all.find((one) => one.kind === kind.replace('-table', '') && one.side === 'failover')
  const inputs = found?.content.mainSteps.find((step) => step.name === name)?.inputs ?? expect.unreachable(name)
  const payload = JSON.stringify(inputs['InputPayload'] ?? {}).replaceAll(/"\{\{ (\S+) \}\}"/g, (_, variable: string) =>
    JSON.stringify(values[variable] ?? expect.unreachable(variable)),
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

  const sleeps = ({ calls }: Outcome): number =>
    calls.filter(([service]) => service === 'time').reduce((sum, [, , , seconds]) => sum + Number(seconds), 0)

  test.each(['follow', 'verify'])('%s waits until the target alone writes', (step) => {
    const moved = run('promote', step, { writers: [[primary], [primary, failover], [failover]] }, west)
    expect(moved.result).toEqual({ State: 'done' })
    expect(sleeps(moved)).toBe(10)
  })

  test('follow waits for the cluster and the instance of the target, whatever the global database is', () => {
    const world = { writers: [[failover]], status: 'failing-over', cluster: ['modifying', 'available'] }
    const moved = run('promote', 'follow', world, west)
    expect(moved.result).toEqual({ State: 'done' })
    expect(sleeps(moved)).toBe(5)
    expect(moved.calls.find(([, , name]) => name === 'describe_db_clusters')).toEqual([
      'rds',
      'us-west-2',
      'describe_db_clusters',
      { DBClusterIdentifier: 'payments-failover-pr1' },
    ])
    const down = run('promote', 'follow', { writers: [[failover]], instance: 'rebooting' }, west)
    expect(down.result).toEqual({ State: 'the instance is rebooting' })
  })

  test('follow says after five minutes what is late, and verify fails after five more', () => {
    const late = run('promote', 'follow', {}, west)
    expect(late.result?.['State']).toMatch(/the writers are .*primary/)
    const never = run('promote', 'verify', {}, west)
    expect(never.error).toMatch(/the writers are .*primary/)
    for (const seen of [late, never]) {
      expect(sleeps(seen)).toBeGreaterThan(270)
      expect(sleeps(seen)).toBeLessThan(330)
    }
  })

  test('promote asks RDS once, and not where it is done or under way already', () => {
    const asked = ({ calls }: Outcome) => calls.filter(([, , name]) => name === 'failover_global_cluster')
    const input = { TargetDbClusterIdentifier: failover, AllowDataLoss: true }
    expect(asked(run('promote', 'promote', {}, west))).toMatchObject([['rds', null, 'failover_global_cluster', input]])
    expect(asked(run('promote', 'promote', { writers: [[failover]] }, west))).toEqual([])
    const begun = { Status: 'failing-over', ToDbClusterArn: failover }
    expect(asked(run('promote', 'promote', { begun }, west))).toEqual([])
    const throttled = run('promote', 'promote', { refused: 'Rate exceeded' }, west)
    expect(throttled.error).toBe('Rate exceeded')
    expect(sleeps(throttled)).toBe(10)
  })

  test('verify asks /ready of its own region until it commits', () => {
    const here = { 'global:REGION': 'us-west-2' }
    const [no, other, yes] = [
      { ready: false, region: 'us-west-2' },
      { ready: true, region: 'us-east-1' },
      { ready: true, region: 'us-west-2' },
    ]
    const seen = run('verify', 'waitReady', { ready: ['refused', no, other, yes] }, here)
    expect(seen.error).toBeUndefined()
    expect(seen.calls.filter(([service]) => service === 'net')).toHaveLength(4)
    expect(seen.calls[0]?.[2]).toMatch(/^https:\/\/.*\/ready$/)
    const never = run('verify', 'waitReady', { ready: [no] }, here)
    expect(never.error).toMatch(/answers .*False/)
    // Each look may take five seconds more.
    expect(sleeps(never) * 2).toBeLessThan(300)
  })

  test('hand nothing back before the old writer follows again, and fail when that takes too long', () => {
    const slow = run('failback', 'waitMembers', { follows: ['pending-resync', 'pending-resync', 'connected'] })
    expect(slow.result).toEqual({})
    expect(slow.calls.filter(([, , name]) => name === 'sleep')).toHaveLength(2)
    const never = run('failback', 'waitMembers', { follows: ['pending-resync'] })
    expect(never.error).toBe('the members are still being made anew')
    const waited = never.calls.flatMap(([, , name, seconds]) => (name === 'sleep' ? Number(seconds) : []))
    expect(waited.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThan(590)
  })

  test('make the secret of the other region a replica again, in the home region, unless it is one', () => {
    const values = { HomeClusterArn: primary, PeerRegion: 'us-west-2' }
    const made = run('failback', 'replicateSecret', {}, values)
    expect(made.result).toEqual({ Replica: 'made' })
    const force = { AddReplicaRegions: [{ Region: 'us-west-2' }], ForceOverwriteReplicaSecret: true }
    expect(made.calls.at(-1)).toMatchObject(['secretsmanager', 'us-east-1', 'replicate_secret_to_regions', force])
    const [kept] = made.calls.slice(-1)
    expect(JSON.stringify(kept)).not.toContain('KmsKeyId')
    const synced = { secret: { ReplicationStatus: [{ Region: 'us-west-2', Status: 'InSync' }] } }
    expect(run('failback', 'replicateSecret', synced, values).result).toEqual({ Replica: 'in sync' })
    const home = { HomeClusterArn: primary, PeerRegion: 'us-east-1' }
    expect(run('failback', 'replicateSecret', {}, home)).toMatchObject({ result: { Replica: 'not here' }, calls: [] })
  })

  test('give the replica of a secret the key that it had before it was released', () => {
    const values = { HomeClusterArn: primary, PeerRegion: 'us-west-2' }
    const key = 'arn:aws:kms:us-west-2:000000000000:key/1'
    const asked = { AddReplicaRegions: [{ Region: 'us-west-2', KmsKeyId: key }] }
    const made = run('failback', 'replicateSecret', { secretThere: { KmsKeyId: key } }, values)
    expect(made.calls.at(-1)?.[3]).toMatchObject(asked)
    // It was begun before and has failed: the secret there is no longer the one that was released.
    const failed = { ReplicationStatus: [{ Region: 'us-west-2', Status: 'Failed', KmsKeyId: key }] }
    const again = run('failback', 'replicateSecret', { secret: failed, secretThere: {} }, values)
    expect(again.calls.at(-1)?.[3]).toMatchObject(asked)
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

  const drill = { Drill: 'd-1', Mode: 'restore' }
  const open = JSON.stringify({ drill: 'd-1', who: 'ann on build', deadline: '2026-01-01T01:00:00.000Z' })
  const changed = ({ calls }: Outcome): unknown[] =>
    calls
      .filter(([, , name]) => /^(put|update|delete)_/.test(name))
      .map(([, region, name, inputs]) => [region, name, inputs])

  test('of the dead man act only while the parameter names his drill', () => {
    expect(run('dead-man', 'look', { parameter: open }, drill).result).toEqual({ Next: 'restore' })
    expect(run('dead-man', 'look', { parameter: open }, { ...drill, Mode: 'alarm' }).result).toEqual({ Next: 'alarm' })
    expect(run('dead-man', 'look', { parameter: open }, { ...drill, Drill: 'd-2' }).result).toEqual({ Next: 'nothing' })
    expect(run('dead-man', 'look', {}, drill).result).toEqual({ Next: 'nothing' })
  })

  test('of the dead man hold a drill without forgetting whose it is', () => {
    const Value = JSON.stringify({ ...(JSON.parse(open) as object), state: 'HELD' })
    const [held] = changed(run('dead-man', 'hold', { parameter: open }, drill)) as [string, string, { Value: string }][]
    expect(JSON.parse(held?.[2].Value ?? '')).toEqual(JSON.parse(Value))
    expect(held?.[2]).toMatchObject({ Name: '/dr/payments/pr1/drill', Overwrite: true })
    expect(run('dead-man', 'hold', {}, drill)).toMatchObject({
      error: expect.stringMatching(/ended meanwhile/) as unknown,
    })
  })

  test('of the dead man let run again what may not run, as its template reserves it, and touch nothing else', () => {
    const Functions = ['us-east-1:a:none', 'us-east-1:b:100', 'us-east-1:c:100', 'us-east-1:d:none']
    expect(changed(run('dead-man', 'allowFunctions', { reserved: { a: 0, b: 0, c: 100 } }, { Functions }))).toEqual([
      ['us-east-1', 'delete_function_concurrency', { FunctionName: 'a' }],
      ['us-east-1', 'put_function_concurrency', { FunctionName: 'b', ReservedConcurrentExecutions: 100 }],
    ])
    expect(run('dead-man', 'allowFunctions', {}, { Functions: [] }).result).toEqual({ Allowed: 'none' })
  })

  test('of the dead man turn back the health checks that are turned round', () => {
    const checks = { PrimaryHealthCheckId: 'p', FailoverHealthCheckId: 'f' }
    expect(changed(run('dead-man', 'turnChecks', { inverted: ['f'] }, checks))).toEqual([
      [null, 'update_health_check', { HealthCheckId: 'f', Inverted: false }],
    ])
    expect(run('dead-man', 'turnChecks', {}, checks)).toMatchObject({ result: { Turned: 'none' } })
  })

  test('of the dead man wait until most checkers find the primary well, and fail before their time is over', () => {
    const back = run('dead-man', 'verifyHealth', { well: [0, 8, 9] }, { PrimaryHealthCheckId: 'p' })
    expect(back.error).toBeUndefined()
    expect(back.calls.filter(([service]) => service === 'time')).toHaveLength(2)
    const never = run('dead-man', 'verifyHealth', { well: [3] }, { PrimaryHealthCheckId: 'p' })
    expect(never.error).toMatch(/3 of 16 checkers/)
    expect(never.calls.filter(([service]) => service === 'time').length * 5).toBeLessThan(560)
  })

  test('verify that this region, and no other, writes', () => {
    const here = { 'global:REGION': 'us-west-2' }
    expect(run('verify', 'assertWriter', { writers: [[failover]] }, here).error).toBeUndefined()
    expect(run('verify', 'assertWriter', {}, here).error).toMatch(/the writers are/)
  })

  test('hand over only what is here and at rest', () => {
    expect(run('switchover', 'assertReady', {}, { 'look.Ready': 'no' }).error).toMatch(/nothing changed/)
    expect(run('switchover', 'assertReady', {}, { 'look.Ready': 'yes' }).result).toEqual({})
  })
})
