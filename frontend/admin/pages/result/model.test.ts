import { describe, expect, it } from 'vitest'
import type { EvidenceItem, IndicatorResult, Result, SectionResult } from '@/shared/api/types'
import { filterSections, itemView, matches, radarAxes, stateView, summarise, trendBars } from './model'

const indicator = (code: string, part: Partial<IndicatorResult> = {}): IndicatorResult => ({
  code, name: code, clause: '3.1', metric: 'm', state: 'scored', numerator: 3, denominator: 4, pending: 0, future: 0, value: 0.75, fraction: 0.75,
  weight: 3, effective_weight: 4, points: 3, lost: 1, clause_texts: [], rule: '', title: '', why: '', fix: '', ...part,
})
const section = (code: string, indicators: IndicatorResult[]): SectionResult => ({
  code, name: `第${code}部分`, weight: 10, points: indicators.reduce((sum, item) => sum + item.points, 0), coverage: 1, indicators,
})
const off = indicator('1.02', { state: 'not_applicable', points: 0, lost: 0, effective_weight: 4 })

describe('summarise', () => {
  it('measures a section by what its applicable indicators can give', () => {
    expect(summarise([section('1', [indicator('1.01'), off])], { 1: 2.5 })).toEqual([{ code: '1', name: '第1部分', weight: 4, points: 3, lost: 1, median: 2.5 }])
  })
})

describe('radarAxes', () => {
  const summaries = summarise([section('1', [indicator('1.01')]), section('2', [off])], { 1: 9 })
  it('leaves out sections that can give nothing and keeps the median inside', () => {
    expect(radarAxes(summaries, { 1: '责任' })).toEqual([{ name: '责任', own: 0.75, peer: 1 }])
  })
})

it('sets this period beside the one before', () => {
  const result = { sections: [section('1', [indicator('1.01')])], previous: { sections: {} } } as unknown as Result
  expect(trendBars(result, {})).toEqual([{ name: '第1部分', now: 3, before: null }])
})

describe('filters', () => {
  it('finds lost points, open judgements and what does not count', () => {
    const pending = indicator('1.03', { pending: 1, lost: 0 })
    expect([indicator('1.01'), off, pending].map((item) => [matches(item, 'lost'), matches(item, 'open'), matches(item, 'off')])).toEqual([
      [true, false, false], [false, false, true], [false, true, false],
    ])
  })
  it('says how many indicators of a section do not count', () => {
    expect(filterSections([section('1', [off, indicator('1.01')])], 'counted').map((item) => [item.indicators.length, item.off])).toEqual([[1, 1]])
  })
  it('drops empty sections', () => expect(filterSections([section('1', [off]), section('2', [indicator('2.01')])], 'lost').map((item) => item.code)).toEqual(['2']))
})

it('names states', () => {
  expect(stateView(indicator('1.01', { lost: 0 }), [])).toEqual({ label: '满分', tone: 'good' })
  expect(stateView(indicator('1.01', { fraction: 0.2 }), []).label).toBe('失分较多')
  expect(stateView(off, ['1.02']).label).toBe('未接入')
  expect(stateView(indicator('1.01', { state: 'unknown' }), []).label).toBe('尚无定论')
})

it('names items', () => {
  const item = (part: Partial<EvidenceItem>): EvidenceItem => ({ organisation: 'A', organisation_name: '甲', label: '2026-Q1', record: null, numerator: 0, denominator: 1, pending: 0, future: 0, ...part })
  expect([{}, { numerator: 1 }, { numerator: 0.5 }, { denominator: 0, pending: 1 }, { denominator: 0, future: 1 }].map((part) => itemView(item(part)).label)).toEqual(
    ['未完成', '已完成', '部分完成', '待评定', '未到期'],
  )
})
