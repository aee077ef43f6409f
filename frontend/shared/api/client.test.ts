import { afterEach, expect, it, vi } from 'vitest'
import { ApiError, get } from './client'

const answer = (body: BodyInit, init: ResponseInit) => vi.stubGlobal('fetch', vi.fn(async () => new Response(body, init)))
afterEach(() => vi.unstubAllGlobals())

it('leaves empty query values out', async () => {
  answer('{"items":[]}', { status: 200 })
  await get('/runs', { root: '', limit: 20, cursor: null, count: true })
  expect(vi.mocked(fetch).mock.calls[0]![0]).toBe('/api/v1/runs?limit=20&count=true')
})

it('turns a problem document into an ApiError', async () => {
  answer('{"code":"run_not_found","detail":"没有这次评价。","request_id":"r-1","errors":[{"field":"run","message":"x"}]}', { status: 404 })
  const error = (await get('/runs/9').catch((e: unknown) => e)) as ApiError
  expect(error).toBeInstanceOf(ApiError)
  expect([error.status, error.code, error.detail, error.requestId, error.errors.length]).toEqual([404, 'run_not_found', '没有这次评价。', 'r-1', 1])
})

it('still has a sentence when the answer is no problem document', async () => {
  answer('<html>bad gateway</html>', { status: 502, headers: { 'x-request-id': 'r-2' } })
  const error = (await get('/runs').catch((e: unknown) => e)) as ApiError
  expect([error.code, error.detail, error.requestId]).toEqual(['http_502', '服务器暂时出错，请稍后重试。', 'r-2'])
})

it('says so when the server cannot be reached', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('failed'))))
  const error = (await get('/runs').catch((e: unknown) => e)) as ApiError
  expect([error.status, error.code]).toEqual([0, 'unreachable'])
})
