import { expect, test } from 'vitest'
import type { ResourceEvent } from '../answer.ts'
import { makeRemover } from './handler.ts'

/** A cluster whose instances take a while to go, on a clock of its own. */
function cluster(names: string[], { deletion = 60_000, comes = '', at = 0, busyUntil = 0 } = {}) {
  let time = 0
  const left = new Set(names)
  const leaving = new Map<string, number>()
  const said: string[] = []
  const remover = makeRemover({
    members: async (name) => {
      expect(name).toBe('streaming-standalone-pr1')
      if (comes && time >= at && !leaving.has(comes)) left.add(comes)
      for (const [reader, until] of leaving) if (time >= until) left.delete(reader)
      return [...left]
    },
    remove: async (reader) => {
      if (time < busyUntil) throw new Error(`Instance ${reader} is not in available state.`)
      if (!leaving.has(reader)) leaving.set(reader, time + deletion)
    },
    sleep: async (milliseconds) => void (time += milliseconds),
    report: (what) => void said.push(what),
  })
  const request = (RequestType: ResourceEvent['RequestType']) =>
    remover.work(
      {
        RequestType,
        ResponseURL: '',
        StackId: '',
        RequestId: '',
        LogicalResourceId: '',
        ResourceProperties: { ClusterIdentifier: 'streaming-standalone-pr1' },
      },
      () => 890_000 - time,
    )
  return { left, said, request, removed: () => [...leaving.keys()], time: () => time }
}

const own = ['streaming-standalone-1-pr1', 'streaming-standalone-2-pr1']
const added = ['application-autoscaling-1', 'application-autoscaling-2']

test('before the cluster goes, the readers that scaling added go, and those of the template stay', async () => {
  const it = cluster([...own, ...added])
  await it.request('Delete')
  expect([...it.left]).toEqual(own)
  expect(it.removed()).toEqual(added)
})

test('nothing happens when the resource comes or changes', async () => {
  const it = cluster([...own, ...added])
  await it.request('Create')
  await it.request('Update')
  expect(it.removed()).toEqual([])
})

test('a cluster without them is looked at twice, since one may just have been asked for', async () => {
  const it = cluster(own, { comes: 'application-autoscaling-3', at: 15_000 })
  await it.request('Delete')
  expect([...it.left]).toEqual(own)
  expect(it.removed()).toEqual(['application-autoscaling-3'])
})

test('one that is still being made is tried again', async () => {
  const it = cluster([...own, 'application-autoscaling-1'], { busyUntil: 120_000 })
  await it.request('Delete')
  expect([...it.left]).toEqual(own)
  expect(it.said[0]).toContain('not in available state')
})

test('it gives up before its own time is over, and says what is left and what to do', async () => {
  const it = cluster([...own, ...added], { deletion: 10_000_000 })
  await expect(it.request('Delete')).rejects.toThrow(
    /still has the readers application-autoscaling-1, application-autoscaling-2.*Delete the stack again/,
  )
  expect(it.time()).toBeLessThan(890_000)
})
