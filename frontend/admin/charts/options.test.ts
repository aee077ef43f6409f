import { describe, expect, it } from 'vitest'
import { gradeOption, minutesOption, radarOption, sectionOption, trendOption } from './options'
import type { Palette } from './palette'

const palette: Palette = {
  text: 'text', muted: 'muted', line: 'line', track: 'track', surface: 'surface', own: 'own', peer: 'peer', past: 'past',
  excellent: 'excellent', good: 'good', pass: 'pass', fail: 'fail', none: 'none',
}
type Loose = { series: { name?: string; data: unknown[] }[]; xAxis: { data: string[] }; yAxis: { data: string[] }; radar: { indicator: { name: string; max: number }[] } }
const loose = (option: unknown) => option as Loose

describe('gradeOption', () => {
  it('colours each bar by its grade', () => {
    const option = loose(gradeOption([{ grade: '优秀', tone: 'excellent', organisations: 9 }, { grade: '不合格', tone: 'fail', organisations: 1 }], palette))
    expect(option.xAxis.data).toEqual(['优秀', '不合格'])
    expect(option.series[0]!.data).toMatchObject([{ value: 9, itemStyle: { color: 'excellent' } }, { value: 1, itemStyle: { color: 'fail' } }])
  })
})

describe('sectionOption', () => {
  it('reads from top to bottom in the order given', () => {
    const option = loose(sectionOption([{ name: '一', weight: 15, median: 12 }, { name: '二', weight: 10, median: 8 }], palette))
    expect(option.yAxis.data).toEqual(['二', '一'])
    expect(option.series.map((series) => series.data)).toEqual([[10, 15], [8, 12]])
  })
})

describe('radarOption', () => {
  it('draws the median below the organisation', () => {
    const option = loose(radarOption([{ name: '一', own: 0.9, peer: 0.8 }, { name: '二', own: 0.5, peer: null }], palette))
    expect(option.radar.indicator).toMatchObject([{ name: '一', max: 1 }, { name: '二', max: 1 }])
    expect(option.series[0]!.data).toMatchObject([{ name: '同类中位数', value: [0.8, 0] }, { name: '本单位', value: [0.9, 0.5] }])
  })
  it('leaves the median out when there is none', () => {
    const option = loose(radarOption([{ name: '一', own: 0.9, peer: null }], palette))
    expect(option.series[0]!.data).toHaveLength(1)
  })
})

describe('trendOption', () => {
  it('puts the earlier period first', () => {
    const option = loose(trendOption([{ name: '一', now: 12, before: null }], { now: '2026年度', before: '2025年度' }, palette))
    expect(option.series.map((series) => [series.name, series.data])).toEqual([['2025年度', [null]], ['2026年度', [12]]])
  })
})

describe('minutesOption', () => {
  it('puts the heaviest noun on top', () => {
    const option = loose(minutesOption([{ name: '组织生活', minutes: 90 }, { name: '走访记录', minutes: 12.34 }], palette))
    expect(option.yAxis.data).toEqual(['走访记录', '组织生活'])
    expect(option.series[0]!.data).toEqual([12.34, 90])
  })
})
