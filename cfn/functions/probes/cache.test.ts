// The probe against caches of the tests' own, which speak the protocol over TLS.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeCache } from './cache.ts'
import { makeHandler, type Request } from './handler.ts'
import { certificate, isPossible, type Node, startNode } from './redis.ts'
import type { Operation, Timer } from './window.ts'

const why = isPossible ? '' : ' (not checked: no openssl on this machine)'
const secrets = isPossible ? certificate() : { key: '', cert: '' }

let node: Node
let others: Node[] = []

/** Real time for answers; the schedule passes at once, so that no machine is too slow for it. */
function timer(): Timer {
  let planned = 0
  return {
    steady: () => planned,
    wall: () => Date.now(),
    sleep: async (milliseconds, signal) => {
      if (signal) return sleep(milliseconds, undefined, { signal }).catch(() => undefined)
      planned += milliseconds
    },
  }
}

const probe = (request: object, ca: string | undefined = secrets.cert, port = node.port) =>
  makeHandler({
    stores: {
      cache: makeCache({ host: 'localhost', port, user: 'client', password: () => 'token', ...(ca && { ca }) }),
    },
    timer: timer(),
    remaining: () => 900_000,
    report: () => undefined,
  })({ store: 'cache', drill: 'd-1', ...request } as Request)

const write = async (more: object = {}, ...rest: [ca?: string, port?: number]) => {
  const request = { action: 'write', writer: 'w', count: 4, interval: 1_000, timeout: 5_000, ...more }
  const { operations } = (await probe(request, ...rest)) as unknown as { operations: Operation[] }
  return operations
}
const outcomes = (operations: Operation[]) => operations.map(({ outcome }) => outcome)
const key = 'dr-probe:{06S}:d-1'

describe.runIf(isPossible)(`the probe on a cache${why}`, () => {
  beforeEach(async () => {
    node = await startNode(secrets)
  })
  afterEach(() => {
    for (const one of [node, ...others]) one.close()
    others = []
  })

  test.each(['fresh', 'pooled'])(
    'writes numbers over %s connections, reads them back and removes them',
    async (how) => {
      expect(await probe({ action: 'prepare' })).toMatchObject({ prepared: true })
      expect(outcomes(await write({ connection: how, first: 7 }))).toEqual(['ok', 'ok', 'ok', 'ok'])
      expect([...(node.hashes.get(key)?.keys() ?? [])].toSorted()).toEqual(['prepared', 'w:10', 'w:7', 'w:8', 'w:9'])
      expect(await probe({ action: 'read', writer: 'w' })).toMatchObject({ count: 4, highest: 10, present: [[7, 10]] })
      expect(await probe({ action: 'read', writer: 'x' })).toMatchObject({ count: 0, highest: null })
      expect(new Set(node.logins.map((login) => login.join(' ')))).toEqual(new Set(['client token']))
      expect(await probe({ action: 'clean' })).toMatchObject({ removed: 4 })
      expect(node.hashes.size).toBe(0)
    },
  )

  test('follows a node of a cluster to the one that takes writes', async () => {
    const replica = await startNode(secrets)
    others = [replica]
    replica.moved = node.port
    expect(outcomes(await write({ count: 2 }, secrets.cert, replica.port))).toEqual(['ok', 'ok'])
    expect(node.hashes.get(key)?.size).toBe(2)
    // Two nodes that point at each other are no place to write: nothing was sent.
    node.moved = replica.port
    expect(outcomes(await write({ count: 1 }, secrets.cert, replica.port))).toEqual(['fail'])
  })

  test('tells what is certainly not there from what nobody knows', async () => {
    node.fates = {
      0: '-READONLY You cannot write against a read only replica.',
      1: 'cuts',
      2: 'cuts after',
      3: 'hangs',
    }
    const operations = await write({ timeout: 300 })
    expect(outcomes(operations)).toEqual(['fail', 'unknown', 'unknown', 'unknown'])
    expect([...(node.hashes.get(key)?.keys() ?? [])]).toEqual(['w:2'])
    node.close()
    expect(outcomes(await write({ count: 1 }))).toEqual(['fail'])
  })

  test('talks to no server whose certificate nobody vouches for', async () => {
    const [one] = await write({ count: 1 }, '')
    expect(one).toMatchObject({ outcome: 'fail', reason: expect.stringMatching(/self-signed/) })
    expect(node.logins).toEqual([])
  })

  test('has a place of its own for each drill, which must be named; and tells no role', async () => {
    await expect(probe({ action: 'clean', drill: undefined })).rejects.toThrow(/each drill/)
    await expect(probe({ action: 'role' })).rejects.toThrow('The cache tells no role.')
    await expect(probe({ action: 'role', store: 'files' })).rejects.toThrow('This probe has no files.')
  })
})
