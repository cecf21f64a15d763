import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { makeResource, ports, type Resource, type ResourceEvent } from './answer.ts'

const event: ResourceEvent = {
  RequestType: 'Create',
  ResponseURL: 'https://bucket.test/answer?signature=secret',
  StackId: 'arn:stack',
  RequestId: 'r-1',
  LogicalResourceId: 'Thing',
  ResourceProperties: { Name: 'thing-pr1' },
}

/** Runs a resource on a clock of its own; `slow` ms pass while it works, `lost` answers do not arrive. */
async function ask(work: Resource['work'], { asked = {}, slow = 0, lost = 0 }: Options = {}) {
  let time = 0
  const sent: Record<string, unknown>[] = []
  const logs: string[] = []
  let attempts = 0
  const handler = makeResource(
    {
      send: async (address, body) => {
        attempts++
        if (attempts <= lost) throw new Error('socket hang up')
        expect(address).toBe(event.ResponseURL)
        sent.push(JSON.parse(body) as Record<string, unknown>)
      },
      sleep: (milliseconds, signal) =>
        // Time passes at once for who waits longest: the function's end, unless the work is done before.
        new Promise((resolve, reject) => {
          if (signal && slow < milliseconds) signal.addEventListener('abort', () => reject(new Error('stopped')))
          else {
            time += milliseconds
            resolve()
          }
        }),
      report: (what) => logs.push(what),
    },
    { identify: ({ Name }) => Name ?? '', work },
  )
  const end = handler({ ...event, ...asked }, { getRemainingTimeInMillis: () => 60_000 - time })
  return { end, sent, logs, attempts: () => attempts }
}

interface Options {
  asked?: Partial<ResourceEvent>
  slow?: number
  lost?: number
}

describe('a custom resource answers', () => {
  test('SUCCESS with the ids it was asked with', async () => {
    const { end, sent } = await ask(async () => undefined)
    await end
    expect(sent).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'thing-pr1',
        StackId: 'arn:stack',
        RequestId: 'r-1',
        LogicalResourceId: 'Thing',
      },
    ])
  })

  test('FAILED with the reason when its work fails', async () => {
    const { end, sent } = await ask(() => Promise.reject(new TypeError('no such thing')))
    await end
    expect(sent).toMatchObject([{ Status: 'FAILED', Reason: 'TypeError: no such thing' }])
  })

  test('FAILED when it does not know what it is asked for', async () => {
    const work: Resource['work'] = async ({ RequestType }) => {
      throw new Error(`cannot ${RequestType}`)
    }
    const { end, sent } = await ask(work, { asked: { RequestType: 'Delete', PhysicalResourceId: 'older' } })
    await end
    expect(sent).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'older' }])
  })

  test('FAILED before its time is up, however long the work takes', async () => {
    const { end, sent } = await ask(() => new Promise(() => undefined), { slow: 1_000_000 })
    await end
    expect(sent).toMatchObject([{ Status: 'FAILED', Reason: 'Error: The function ran out of time.' }])
  })

  test('again when an answer got lost', async () => {
    const { end, sent, attempts } = await ask(async () => undefined, { lost: 2 })
    await end
    expect(attempts()).toBe(3)
    expect(sent).toHaveLength(1)
  })

  test('by failing itself when no answer arrives, so that Lambda calls again', async () => {
    const { end } = await ask(async () => undefined, { lost: 9 })
    await expect(end).rejects.toThrow('socket hang up')
  })

  test('with a reason that fits, and without its address in the log', async () => {
    const { end, sent, logs } = await ask(() => Promise.reject(new Error('x'.repeat(5000))))
    await end
    expect(Buffer.byteLength(JSON.stringify(sent[0]))).toBeLessThan(4096)
    expect(logs.join()).not.toContain('signature')
  })
})

describe('the name of a resource', () => {
  test('is the same for each request about the same thing, so that nothing is deleted by an update', async () => {
    for (const RequestType of ['Create', 'Update'] as const) {
      const { end, sent } = await ask(async () => undefined, {
        asked: { RequestType, PhysicalResourceId: 'thing-pr1' },
      })
      await end
      expect(sent).toMatchObject([{ PhysicalResourceId: 'thing-pr1' }])
    }
  })

  test('follows the thing when an update means another one', async () => {
    const asked = { RequestType: 'Update' as const, PhysicalResourceId: 'older' }
    const { end, sent } = await ask(async () => undefined, { asked })
    await end
    expect(sent).toMatchObject([{ PhysicalResourceId: 'thing-pr1' }])
  })
})

describe('the address of an answer', () => {
  /** Answers `status` to an upload, and tells what came. */
  async function bucket(status: number, work: (address: string) => Promise<void>): Promise<Record<string, unknown>[]> {
    const came: Record<string, unknown>[] = []
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method, url, headers } = request
        came.push({
          method,
          url,
          type: headers['content-type'],
          length: headers['content-length'],
          body: String(chunks),
        })
        response.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=secret`)
    } finally {
      server.close()
    }
    return came
  }

  test('gets one upload without a content type, as it is signed', async () => {
    const came = await bucket(200, (address) => ports.send(address, '{"Status":"SUCCESS"}'))
    const body = '{"Status":"SUCCESS"}'
    expect(came).toEqual([{ method: 'PUT', url: '/answer?signature=secret', type: undefined, length: '20', body }])
  })

  test('may refuse, which is told without the address', async () => {
    await bucket(403, async (address) => {
      await expect(ports.send(address, '{}')).rejects.toThrow('The answer to CloudFormation was refused with 403.')
    })
  })

  test('does not stand in the error when it cannot be reached', async () => {
    const unread = ports.send('http://127.0.0.1:1/answer?signature=secret', '{}')
    const error = await unread.catch((reason: Error) => reason)
    expect(String(error)).not.toContain('signature')
  })
})

test('the real report writes one line of JSON', () => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  ports.report('Create thing: done')
  expect(write.mock.calls).toEqual([['{"what":"Create thing: done"}\n']])
  write.mockRestore()
})
