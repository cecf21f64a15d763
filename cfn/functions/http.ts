// What functions behind an HTTP API have in common: the parts of its events that count, and answers nobody caches.

/** The parts of an HTTP API event (payload 2.0) that count here. */
export interface HttpRequest {
  requestContext: { http: { method: string; path: string } }
  body?: string
  isBase64Encoded?: boolean
}

export interface HttpResponse {
  statusCode: number
  headers: Record<string, string>
  body: string
}

/** The body as a JSON object; undefined when it is none. */
export function parseBody(request: HttpRequest): Record<string, unknown> | undefined {
  const text = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8').toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}

export function answer(statusCode: number, content: Record<string, unknown>): HttpResponse {
  // No cache may answer for a region that is gone.
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { statusCode, headers, body: JSON.stringify(content) }
}
