/** The only door to the network: the generated client, and every failure of it as an `ApiError` with a sentence a person can read. */
import { client } from './generated/client.gen'

export interface FieldError {
  field: string
  message: string
}

/** A refused or failed request. `status` 0: the server could not be reached. `requestId` finds the line in the server's log. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly requestId: string | null = null,
    readonly errors: FieldError[] = [],
  ) {
    super(detail)
    this.name = 'ApiError'
  }
}

type Problem = Partial<{ code: string; detail: string; title: string; request_id: string; errors: FieldError[] }>

/** application/problem+json (RFC 9457) → ApiError; any other body still becomes a sentence, an interrupted request stays what it is. */
export function apiError(body: unknown, response: Response | undefined): unknown {
  if (body instanceof DOMException && body.name === 'AbortError') return body
  if (!response) return new ApiError(0, 'unreachable', '连接不上服务器，请检查网络后重试。')
  const problem: Problem = typeof body === 'object' && body !== null ? body : {}
  const sentence = problem.detail ?? problem.title ?? (response.status >= 500 ? '服务器暂时出错，请稍后重试。' : '请求没有成功。')
  return new ApiError(response.status, problem.code ?? `http_${response.status}`, sentence, problem.request_id ?? response.headers.get('x-request-id'), problem.errors ?? [])
}

client.interceptors.error.use(apiError)
export { client }
