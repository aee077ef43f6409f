import { expect, it } from 'vitest'
import { can } from './access'

it('lets the local operator do everything', () => expect(can({ local: true, permissions: [] }, 'results.read')).toBe(true))
it('lets others do what they were granted', () => {
  const viewer = { local: false, permissions: ['results.read'] }
  expect(can(viewer, 'results.read')).toBe(true)
  expect(can(viewer, 'organisations.read')).toBe(false)
})
