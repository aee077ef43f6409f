/** The only door to the network: JSON over `/api/v1`, every failure an `ApiError` with a sentence a person can read. */
const BASE = '/api/v1'

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

export type Query = Record<string, string | number | boolean | null | undefined>

/** GET one JSON document; empty query values are left out. */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value != null && value !== '') parameters.set(name, String(value))
  const address = parameters.size > 0 ? `${BASE}${path}?${parameters}` : BASE + path
  let response: Response
  try {
    response = await fetch(address, { headers: { accept: 'application/json' }, signal })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError(0, 'unreachable', '连接不上服务器，请检查网络后重试。')
  }
  if (!response.ok) throw await problem(response)
  return (await response.json()) as T
}

/** application/problem+json (RFC 9457) → ApiError; anything else still becomes a sentence. */
async function problem(response: Response): Promise<ApiError> {
  const header = response.headers.get('x-request-id')
  const body = (await response.json().catch(() => ({}))) as Partial<{ code: string; detail: string; title: string; request_id: string; errors: FieldError[] }>
  const sentence = body.detail ?? body.title ?? (response.status >= 500 ? '服务器暂时出错，请稍后重试。' : '请求没有成功。')
  return new ApiError(response.status, body.code ?? `http_${response.status}`, sentence, body.request_id ?? header, body.errors ?? [])
}
