import { describe, expect, it } from 'vitest'
import type { Cohort, ResultItem } from '@/shared/api/types'
import { cell, gradeBars, heat, pickCohort, rankingCsv, sectionBars } from './overview'

const cohort = (category: string, size: number, grades: Record<string, number> = {}): Cohort => ({
  category, label: category, size, ranked: size, median_total: 80, median_sections: { 1: 12 }, grades, total_min: 50, total_max: 95, coverage: 0.98,
})
const section = { code: '1', name: '落实责任', short_name: '责任', weights: { village: 15 } }

describe('pickCohort', () => {
  const cohorts = [cohort('community', 4), cohort('village', 30)]
  it('follows the address', () => expect(pickCohort(cohorts, 'community')?.category).toBe('community'))
  it('falls back to the largest', () => expect(pickCohort(cohorts, 'moon')?.category).toBe('village'))
  it('has none in an empty run', () => expect(pickCohort([], '')).toBeUndefined())
})

it('orders grades best first and counts those without one', () => {
  const bars = gradeBars(cohort('village', 10, { 合格: 2, 优秀: 3, 特级: 1 }))
  expect(bars.map((bar) => [bar.grade, bar.organisations])).toEqual([['优秀', 3], ['合格', 2], ['特级', 1], ['未评等次', 4]])
})

it('sets the median beside the weight of the category', () => {
  expect(sectionBars([section], cohort('village', 1))).toEqual([{ name: '责任', weight: 15, median: 12 }])
})

it('compares with the median in five steps', () => {
  expect([6, 8, 10, 12, 14].map((value) => heat(value, 10))).toEqual([1, 2, 3, 4, 5])
  expect([7, 9, 11, 13].map((value) => heat(value, 10))).toEqual([1, 3, 3, 5])
  expect(heat(undefined, 10)).toBe(0)
})

describe('export', () => {
  it('never lets a cell become a formula', () => {
    expect(cell('=1+1')).toBe("'=1+1")
    expect(cell('a,"b"')).toBe('"a,""b"""')
    expect(cell(-1)).toBe('-1')
  })
  it('writes one line per organisation', () => {
    const item: ResultItem = { organisation: { code: 'A', name: '甲村', category: 'village' }, total: 87.25, rank: 1, rank_interval: [1, 2], grade: '优秀', coverage: 0.97, sections: { 1: 12.5 } }
    expect(rankingCsv([item], [section]).split('\r\n')).toEqual(['\ufeff名次,组织代码,组织名称,总分,等次,落实责任,覆盖率,名次区间', '1,A,甲村,87.25,优秀,12.50,0.9700,1–2', ''])
  })
})
