/** Pure functions: data and colours in, chart option out. */
import type { EChartsCoreOption } from 'echarts/core'
import { amount, points, percent } from '@/shared/format'
import type { GradeTone } from '../widgets/grades'
import type { Palette } from './palette'

export interface GradeBar { grade: string; tone: GradeTone; organisations: number }
export interface SectionBar { name: string; weight: number; median: number | null }
/** Shares of what the section can give, 0–1; `peer` null: no median. */
export interface RadarAxis { name: string; own: number; peer: number | null }
export interface MinutesBar { name: string; minutes: number }
export interface TrendBar { name: string; now: number | null; before: number | null }

const FONT = { fontFamily: 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif', fontSize: 12 }

function frame(palette: Palette): EChartsCoreOption {
  return {
    textStyle: { ...FONT, color: palette.text },
    animationDuration: 300,
    tooltip: { confine: true, backgroundColor: palette.surface, borderColor: palette.line, textStyle: { ...FONT, color: palette.text } },
  }
}
const category = (palette: Palette, data: string[]) => ({
  type: 'category', data, axisTick: { show: false }, axisLine: { lineStyle: { color: palette.line } }, axisLabel: { ...FONT, color: palette.muted, interval: 0 },
})
const value = (palette: Palette) => ({ type: 'value', splitLine: { lineStyle: { color: palette.line } }, axisLabel: { ...FONT, color: palette.muted } })

/** How many organisations hold each grade. */
export function gradeOption(bars: GradeBar[], palette: Palette): EChartsCoreOption {
  return {
    ...frame(palette),
    grid: { left: 8, right: 16, top: 24, bottom: 4, containLabel: true },
    xAxis: category(palette, bars.map((bar) => bar.grade)),
    yAxis: { ...value(palette), minInterval: 1 },
    series: [{
      type: 'bar', name: '组织数', barMaxWidth: 46, cursor: 'pointer',
      label: { show: true, position: 'top', ...FONT, color: palette.text },
      data: bars.map((bar) => ({ value: bar.organisations, itemStyle: { color: palette[bar.tone], borderRadius: [3, 3, 0, 0] } })),
    }],
  }
}

/** Median points of a cohort per section, over the section's weight. */
export function sectionOption(bars: SectionBar[], palette: Palette): EChartsCoreOption {
  const upward = [...bars].reverse() // a category axis counts from the bottom
  return {
    ...frame(palette),
    grid: { left: 8, right: 56, top: 4, bottom: 4, containLabel: true },
    xAxis: value(palette),
    yAxis: { ...category(palette, upward.map((bar) => bar.name)), axisLabel: { ...FONT, color: palette.text } },
    series: [
      { type: 'bar', name: '权重', barWidth: 16, silent: true, itemStyle: { color: palette.track, borderRadius: 3 }, data: upward.map((bar) => bar.weight) },
      {
        type: 'bar', name: '中位数', barWidth: 16, barGap: '-100%', itemStyle: { color: palette.peer, borderRadius: 3 }, data: upward.map((bar) => bar.median),
        label: { show: true, position: 'right', ...FONT, color: palette.text, formatter: ({ value: median }: { value: number }) => points(median) },
      },
    ],
  }
}

/** One organisation against the median of its cohort. */
export function radarOption(axes: RadarAxis[], palette: Palette): EChartsCoreOption {
  const peers = axes.some((axis) => axis.peer !== null)
  const series = [
    ...(peers ? [{ name: '同类中位数', value: axes.map((axis) => axis.peer ?? 0), itemStyle: { color: palette.peer }, lineStyle: { type: 'dashed', width: 1.5 }, symbol: 'none' }] : []),
    { name: '本单位', value: axes.map((axis) => axis.own), itemStyle: { color: palette.own }, lineStyle: { width: 2 }, areaStyle: { opacity: 0.14 }, symbolSize: 5 },
  ]
  return {
    ...frame(palette),
    legend: { bottom: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 4, textStyle: { ...FONT, color: palette.muted } },
    radar: {
      indicator: axes.map((axis) => ({ name: axis.name, max: 1, min: 0 })), radius: '72%', center: ['50%', '48%'], splitNumber: 4,
      axisName: { ...FONT, color: palette.text }, splitArea: { show: false }, splitLine: { lineStyle: { color: palette.line } }, axisLine: { lineStyle: { color: palette.line } },
    },
    series: [{ type: 'radar', data: series, tooltip: { valueFormatter: (share: number) => percent(share) } }],
  }
}

/** Points per section, this period and the one before. */
export function trendOption(bars: TrendBar[], names: { now: string; before: string }, palette: Palette): EChartsCoreOption {
  const bar = (name: string, color: string, data: (number | null)[]) => ({
    type: 'bar', name, barMaxWidth: 18, barGap: '20%', itemStyle: { color, borderRadius: [3, 3, 0, 0] }, data, tooltip: { valueFormatter: points },
  })
  return {
    ...frame(palette),
    tooltip: { ...(frame(palette).tooltip as object), trigger: 'axis', axisPointer: { type: 'none' } },
    legend: { top: 0, right: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8, textStyle: { ...FONT, color: palette.muted } },
    grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
    xAxis: category(palette, bars.map(({ name }) => name)),
    yAxis: value(palette),
    series: [bar(names.before, palette.past, bars.map(({ before }) => before)), bar(names.now, palette.own, bars.map(({ now }) => now))],
  }
}

/** Minutes per branch and quarter, heaviest noun on top. */
export function minutesOption(bars: MinutesBar[], palette: Palette): EChartsCoreOption {
  const upward = [...bars].reverse()
  return {
    ...frame(palette),
    grid: { left: 8, right: 72, top: 4, bottom: 4, containLabel: true },
    xAxis: value(palette),
    yAxis: { ...category(palette, upward.map((bar) => bar.name)), axisLabel: { ...FONT, color: palette.text } },
    series: [{
      type: 'bar', name: '分钟', barMaxWidth: 18, itemStyle: { color: palette.peer, borderRadius: 3 }, data: upward.map((bar) => bar.minutes),
      label: { show: true, position: 'right', ...FONT, color: palette.text, formatter: ({ value: minutes }: { value: number }) => `${amount(Math.round(minutes * 10) / 10)} 分钟` },
    }],
  }
}
