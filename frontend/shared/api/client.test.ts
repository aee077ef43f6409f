import { expect, it } from 'vitest'
import { ApiError, apiError } from './client'

const refused = (body: unknown, status: number, headers: Record<string, string> = {}) => apiError(body, new Response(null, { status, headers })) as ApiError

it('turns a problem document into an ApiError', () => {
  const error = refused({ code: 'run_not_found', detail: '没有这次评价。', request_id: 'r-1', errors: [{ field: 'run', message: 'x' }] }, 404)
  expect(error).toBeInstanceOf(ApiError)
  expect([error.status, error.code, error.detail, error.requestId, error.errors.length]).toEqual([404, 'run_not_found', '没有这次评价。', 'r-1', 1])
})

it('still has a sentence when the answer is no problem document', () => {
  const error = refused('<html>bad gateway</html>', 502, { 'x-request-id': 'r-2' })
  expect([error.code, error.detail, error.requestId]).toEqual(['http_502', '服务器暂时出错，请稍后重试。', 'r-2'])
})

it('says so when the server cannot be reached', () => {
  const error = apiError(new TypeError('failed'), undefined) as ApiError
  expect([error.status, error.code]).toEqual([0, 'unreachable'])
})

it('leaves an interrupted request alone', () => {
  const abort = new DOMException('stopped', 'AbortError')
  expect(apiError(abort, undefined)).toBe(abort)
})
