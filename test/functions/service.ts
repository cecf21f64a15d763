// The services that the real SDK clients of a function talk to, as one server of its test.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { vi } from 'vitest'

export interface Call {
  method: string
  url: URL
  /** `AmazonSSM.GetParameter` in protocols that name the call in a header; empty in others. */
  target: string
  body: string
}

export interface Reply {
  status?: number
  /** What the SDK makes an exception of. */
  error?: string
  /** A text is XML, anything else becomes JSON. */
  body: unknown
}

export interface Service {
  address: string
  /** Where a custom resource sends what CloudFormation is to know, and what came. */
  answerTo: string
  answers: Record<string, unknown>[]
  close(): void
}

/** Starts the server and sets the variables that lead the function to it, until it is closed. */
export async function serve(reply: (call: Call) => Reply, variables: Record<string, string> = {}): Promise<Service> {
  const answers: Service['answers'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const url = new URL(request.url ?? '', 'http://server')
      if (url.pathname === '/answer') {
        answers.push(JSON.parse(body) as Record<string, unknown>)
        response.end()
        return
      }
      const target = String(request.headers['x-amz-target'] ?? '')
      const { status = 200, error, body: content } = reply({ method: request.method ?? '', url, target, body })
      const type = typeof content === 'string' ? 'text/xml' : 'application/json'
      response.writeHead(status, { 'content-type': type, ...(error ? { 'x-amzn-errortype': error } : {}) })
      response.end(typeof content === 'string' ? content : JSON.stringify(content))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { AWS_REGION: 'region-a', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' }
  for (const [name, value] of Object.entries({ AWS_ENDPOINT_URL: address, ...credentials, ...variables }))
    vi.stubEnv(name, value)
  return {
    address,
    answerTo: `${address}/answer?signature=secret`,
    answers,
    close: () => {
      vi.unstubAllEnvs()
      server.close()
    },
  }
}
