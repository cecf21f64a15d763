// Names and runbooks in drills: what moves the name, what does not, and when clients see it.
import { createSocket } from 'node:dgram'
import { describe, expect, test } from 'vitest'
import { dnsInvert } from '../../src/lib/drill/actions/dns-invert.ts'
import { document, promotion } from '../../src/lib/drill/actions/document.ts'
import { functionsOff } from '../../src/lib/drill/actions/functions-off.ts'
import type { Ground, ProbePlan, Step } from '../../src/lib/drill/drill.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'
import { dns } from '../../src/lib/drill/probes/dns.ts'
import { http } from '../../src/lib/drill/probes/http.ts'
import { askServer } from '../../src/lib/aws/net.ts'
import type { Fault } from '../../src/simulator/faults.ts'
import type { Account } from '../cloud.ts'
import { lived, outputs } from '../systems/lifetime.ts'
import { groundOf, minute, second, watched } from './ground.ts'

const [east, west] = ['us-east-1', 'us-west-2']
const step = (action: string, region: string, target: Record<string, string>): Step => ({
  name: 'one',
  action,
  region,
  target,
})
const watch = { interval: second, timeout: 5 * second, before: minute, after: 6 * minute }

describe('payments', () => {
  const { copy, value } = lived('payments')
  const begin = async (faults: Fault[] = []): Promise<{ it: Account; ground: Ground }> => {
    const it = copy(faults)
    const session = await it.target({ system: 'payments' })
    return { it, ground: { ...(await groundOf(it, 'payments', outputs())), ...session.net(value('HostedZoneId')) } }
  }
  const plan = (kind: string, target: Record<string, string>): ProbePlan => ({
    name: kind,
    kind,
    interval: second,
    measures: ['RTO'],
    from: east,
    to: west,
    target,
  })
  const answersWith = (host: string): ProbePlan =>
    plan('dns', { name: value('RecordName'), nameServers: value('NameServers'), expect: host })
  const name = async ({ resolve }: Ground): Promise<string | undefined> =>
    (await resolve(value('RecordName'), value('NameServers').split(',')))?.[0]
  const status = async ({ https }: Ground, host: string): Promise<number | undefined> =>
    (await https(host, '/ready', AbortSignal.timeout(minute)))?.status
  const checks = (): Step =>
    step('dns-invert', east, { checks: `${value('PrimaryHealthCheckId')},${value('FailoverHealthCheckId')}` })
  const off = (region: string, side: string): Step =>
    step('functions-off', region, { functions: value(`${side}FunctionName`) })

  test('health checks turned round move the name within two minutes, and back when restored', async () => {
    const { ground } = await begin()
    const probe = dns.start(answersWith(value('FailoverApiHost')), ground)
    expect(await dnsInvert.observe(checks(), ground)).toBe('normal')
    const history = await watched(ground, probe, watch, () => dnsInvert.inject(checks(), ground))
    const { bounds } = measureRecovery(history)
    expect(bounds.to).toBeLessThan(2 * minute)
    expect(bounds.from).toBeGreaterThan(20 * second)
    expect(await dnsInvert.observe(checks(), ground)).toBe('injected')
    // Only the name moved: the region behind it still accepts no writes.
    expect(await status(ground, value('FailoverApiHost'))).toBe(503)
    await dnsInvert.restore(checks(), ground)
    expect(await dnsInvert.restore(checks(), ground)).toMatch(/nothing to undo/)
    expect(await dnsInvert.observe(checks(), ground)).toBe('normal')
    await ground.aws.clock.sleep(2 * minute)
    expect(await name(ground)).toBe(value('PrimaryApiHost'))
  })

  test('a primary whose functions may not run answers 503; while nobody else is well the name stays', async () => {
    const { ground } = await begin()
    const probe = http.start(plan('http', { host: value('PrimaryApiHost') }), ground)
    const history = await watched(ground, probe, watch, () => functionsOff.inject(off(east, 'Primary'), ground))
    expect(
      new Set(history.operations.filter(({ sent }) => sent < history.injected).map(({ outcome }) => outcome)),
    ).toEqual(new Set(['ok']))
    expect(history.operations.at(-1)?.outcome).toBe('fail')
    expect(await name(ground)).toBe(value('PrimaryApiHost'))
  })

  test('the name follows the writer: after a promotion clients reach the survivor without a call to Route 53', async () => {
    const { ground } = await begin()
    await functionsOff.inject(off(east, 'Primary'), ground)
    const promote = step('document', west, { document: 'payments-promote-pr123', restore: 'payments-failback-pr123' })
    expect(await document.observe(promote, ground)).toBe('normal')
    const probe = dns.start(answersWith(value('FailoverApiHost')), ground)
    const history = await watched(ground, probe, { ...watch, after: 8 * minute }, () =>
      document.inject(promote, ground),
    )
    expect(history.operations.at(-1)?.outcome).toBe('ok')
    expect(await status(ground, value('FailoverApiHost'))).toBe(200)
    expect(Object.keys(ground.aws.calls.mutating)).not.toContain('UpdateHealthCheck')
    // Back: the functions run, the old writer has followed again, and the runbook hands it over.
    await functionsOff.restore(off(east, 'Primary'), ground)
    await ground.aws.clock.sleep(15 * minute)
    await document.restore(promote, ground)
    await ground.aws.clock.sleep(5 * minute)
    expect(await status(ground, value('PrimaryApiHost'))).toBe(200)
    expect(await name(ground)).toBe(value('PrimaryApiHost'))
  })

  test('a region that is gone answers nobody, and its health check notices', async () => {
    const { it, ground } = await begin([{ kind: 'region-gone', region: east }])
    expect(await status(ground, value('PrimaryApiHost'))).toBeUndefined()
    await ground.aws.clock.sleep(10 * second)
    await (await ground.aws.databases(west)).global(value('GlobalClusterIdentifier'))
    await ground.aws.clock.sleep(3 * minute)
    const check = Object.values(it.simulator.inspect().resources).find(
      ({ physicalId }) => physicalId === value('PrimaryHealthCheckId'),
    )
    expect(check?.state?.['turns']).toMatchObject([{ well: false }])
    // Route 53's control plane was in that region: the name still answers, but nobody can turn anything round.
    await expect((await ground.aws.dns()).status(value('PrimaryHealthCheckId'))).rejects.toThrow(/does not answer/)
    expect(await name(ground)).toBe(value('PrimaryApiHost'))
  })

  test('alarms of the name, the sentinel and the lag fire with what they watch, and are blind where nothing is published', async () => {
    const { it, ground } = await begin()
    const states = async (region: string): Promise<Record<string, string>> => {
      const found = await (await ground.aws.alarms(region)).startingWith('payments-')
      return Object.fromEntries(
        found.map(({ name: alarm, state }) => [alarm.replace(/^payments-(.*)-pr123$/, '$1'), state]),
      )
    }
    expect(Object.values(await states(east))).not.toContain('firing')
    expect(await states(west)).toMatchObject({ 'database-global-lag': 'ok', 'primary-ready': 'ok' })
    await functionsOff.inject(off(east, 'Primary'), ground)
    it.simulator.change((cloud) => {
      const global = Object.values(cloud.resources).find(({ type }) => type === 'AWS::RDS::GlobalCluster')
      if (global) global.state = { ...global.state, lag: 90_000 }
    })
    await ground.aws.clock.sleep(5 * minute)
    expect(await states(east)).toMatchObject({ 'primary-health': 'firing' })
    expect(await states(west)).toMatchObject({ 'database-global-lag': 'firing', 'primary-ready': 'firing' })
    const alarms = await ground.aws.alarms(west)
    const metric = { namespace: 'AWS/RDS', name: 'AuroraGlobalDBReplicationLag' }
    const [now, cluster] = [ground.aws.clock.now(), value('FailoverClusterIdentifier')]
    const points = await alarms.points(
      { ...metric, dimensions: { DBClusterIdentifier: cluster } },
      { from: now - 5 * minute, to: now },
    )
    expect(points.at(-1)?.value).toBe(90_000)
    expect(points.length).toBeGreaterThanOrEqual(4)
    const writer = { ...metric, dimensions: { DBClusterIdentifier: value('PrimaryClusterIdentifier') } }
    expect(await (await ground.aws.alarms(east)).points(writer, { from: now - 5 * minute, to: now })).toEqual([])
    expect(await alarms.named(['payments-primary-ready-pr123', 'payments-nothing-pr123'])).toMatchObject([
      { state: 'firing' },
    ])
  })

  test('a stopped drill stops its runbook, which goes its own way back', async () => {
    const { ground } = await begin()
    const stop = new AbortController()
    const runbook = step('document', east, { document: 'payments-failover-test-pr123' })
    const running = document.inject(runbook, { ...ground, signal: stop.signal })
    const over = expect(running).rejects.toMatchObject({ exit: 5 })
    await ground.aws.clock.sleep(20 * second)
    stop.abort()
    await over
    expect(await dnsInvert.observe(checks(), ground)).toBe('normal')
  })

  test.each([1 * second, 6 * second, 30 * second])(
    'of a runbook that was stopped after %i ms only its steps are told, not that it went back',
    async (after) => {
      const { ground } = await begin()
      await functionsOff.inject(off(east, 'Primary'), ground)
      const stop = new AbortController()
      const promote = step('promotion', west, {
        document: 'payments-promote-pr123',
        restore: 'payments-failback-pr123',
      })
      const running = promotion.inject(promote, { ...ground, signal: stop.signal }).catch((error: Error) => error)
      await ground.aws.clock.sleep(after)
      stop.abort()
      const said = String(await running)
      expect(said).toMatch(
        /payments-promote-pr123 in us-west-2 was asked to stop and ended as Cancelled; its steps: \w+ /,
      )
      expect(said).not.toContain('way back')
    },
  )

  test('a drill without its target fails before anything is touched', async () => {
    const { ground } = await begin()
    for (const empty of ['', 'nothing']) {
      await expect(dnsInvert.observe(step('dns-invert', east, { checks: empty }), ground)).rejects.toThrow(
        /health check/,
      )
      await expect(document.observe(step('document', east, { document: empty }), ground)).rejects.toThrow(/no runbook/)
    }
    expect(ground.aws.calls.mutating).toEqual({})
  })
})

describe('a name server that is asked directly', () => {
  /** Answers each question with this part of a DNS message; says nothing where there is none. */
  const served = async (
    answer: ((type: number) => { code: number; data?: Buffer }) | undefined,
  ): Promise<string[] | undefined> => {
    const socket = createSocket('udp4')
    socket.on('message', (question, { port, address }) => {
      if (!answer) return
      const type = question.readUInt16BE(question.indexOf(0, 12) + 1)
      const { code, data } = answer(type)
      const end = question.indexOf(0, 12) + 5
      const header = Buffer.from([0, 0, 0x84, code, 0, 1, 0, data ? 1 : 0, 0, 0, 0, 0])
      question.copy(header, 0, 0, 2)
      const record = data
        ? Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 30, 0, data.length]), data])
        : Buffer.alloc(0)
      socket.send(Buffer.concat([header, question.subarray(12, end), record]), port, address)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    const found = await askServer(`127.0.0.1:${socket.address().port}`, 'api.test.internal')
    socket.close()
    return found
  }
  const cname = 5
  const host = Buffer.from('\u0001a\u0004test\u0000', 'latin1')

  test('its CNAME is the answer, else its addresses; no such name is an answer too, silence is none', async () => {
    expect(await served((type) => (type === cname ? { code: 0, data: host } : { code: 0 }))).toEqual(['a.test'])
    const address = Buffer.from([192, 0, 2, 7])
    expect(await served((type) => (type === cname ? { code: 0 } : { code: 0, data: address }))).toEqual(['192.0.2.7'])
    expect(await served(() => ({ code: 3 }))).toEqual([])
    expect(await served(() => ({ code: 2 }))).toBeUndefined()
    expect(await served(undefined)).toBeUndefined()
  })
})
