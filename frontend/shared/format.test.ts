import { describe, expect, it } from 'vitest'
import { amount, count, dateText, momentTable, percent, periodLabel, points, rankInterval, signed, span } from './format'

describe('numbers', () => {
  it('writes points with two decimals and never a negative zero', () => {
    expect(points(87.249)).toBe('87.25')
    expect(points(-0)).toBe('0.00')
    expect(points(null)).toBe('–')
  })
  it('signs differences, not zeros', () => {
    expect(signed(0.775)).toBe('+0.78')
    expect(signed(-3)).toBe('−3.00')
    expect(signed(-0.001)).toBe('0.00')
  })
  it('writes shares with one decimal and groups counts', () => {
    expect(percent(0.9731)).toBe('97.3%')
    expect(count(30123)).toBe('30,123')
    expect(amount(3)).toBe('3')
    expect(amount(0.33333)).toBe('0.333')
  })
})

describe('dates', () => {
  it('writes dates in text without leading zeros', () => {
    expect(dateText('2026-03-05')).toBe('2026年3月5日')
    expect(dateText(undefined)).toBe('–')
  })
  it('shows moments in Shanghai time', () => expect(momentTable('2026-03-05T17:30:00Z')).toBe('2026-03-06 01:30'))
  it('names an open end', () => expect(span('2024-01-01', null)).toBe('2024-01-01 至 今'))
  it('names a calendar year by its number', () => {
    expect(periodLabel({ start: '2026-01-01', end: '2026-12-31' })).toBe('2026年度')
    expect(periodLabel({ start: '2025-07-01', end: '2026-06-30' })).toBe('2025-07 至 2026-06')
  })
})

it('writes a rank interval only where there is one', () => {
  expect(rankInterval([3, 6])).toBe('3–6')
  expect(rankInterval([3, 3])).toBe('3')
  expect(rankInterval(null)).toBe('–')
})
