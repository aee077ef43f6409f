/** What the detail page computes from a result document. */
import type { EvidenceItem, IndicatorResult, Result, SectionResult } from '@/shared/api/types'
import type { RadarAxis, TrendBar } from '../../charts/options'

export interface SectionSummary {
  code: string
  name: string
  /** What the section can give this organisation: the effective weights of the indicators that apply. */
  weight: number
  points: number
  lost: number
  median: number | null
}

const applies = (indicator: IndicatorResult): boolean => indicator.state !== 'not_applicable'

export function summarise(sections: SectionResult[], medians: Record<string, number | null>): SectionSummary[] {
  return sections.map((section) => {
    const weight = section.indicators.filter(applies).reduce((sum, indicator) => sum + indicator.effective_weight, 0)
    return { code: section.code, name: section.name, weight, points: section.points, lost: weight - section.points, median: medians[section.code] ?? null }
  })
}

/** Sections that can give nothing have no axis. A median above this organisation's own maximum is drawn at the rim. */
export function radarAxes(summaries: SectionSummary[], shortNames: Record<string, string>): RadarAxis[] {
  return summaries.filter((section) => section.weight > 0).map((section) => ({
    name: shortNames[section.code] ?? section.name,
    own: section.points / section.weight,
    peer: section.median === null ? null : Math.min(1, section.median / section.weight),
  }))
}

export function trendBars(result: Result, shortNames: Record<string, string>): TrendBar[] {
  return result.sections.map((section) => ({ name: shortNames[section.code] ?? section.name, now: section.points, before: result.previous?.sections[section.code] ?? null }))
}

export const FILTERS = { counted: '计分指标', lost: '有失分', open: '待定', off: '不计分' } as const
export type Filter = keyof typeof FILTERS
const TINY = 5e-3 // half of the last digit shown

export function matches(indicator: IndicatorResult, filter: Filter): boolean {
  if (filter === 'lost') return indicator.state === 'scored' && indicator.lost >= TINY
  if (filter === 'open') return indicator.state === 'unknown' || indicator.state === 'error' || indicator.pending > 0
  return applies(indicator) === (filter === 'counted')
}

export interface ShownSection extends SectionResult {
  /** Indicators that carry no points here and are therefore left out of the usual view. */
  off: number
}

/** The sections with the indicators of one filter; the usual view keeps a section that has none, because it says why. */
export function filterSections(sections: SectionResult[], filter: Filter): ShownSection[] {
  return sections
    .map((section) => ({
      ...section,
      indicators: section.indicators.filter((indicator) => matches(indicator, filter)),
      off: filter === 'counted' ? section.indicators.filter((indicator) => !applies(indicator)).length : 0,
    }))
    .filter((section) => section.indicators.length > 0 || section.off > 0)
}

export interface StateView { label: string; tone: 'good' | 'warn' | 'bad' | 'muted' }

const OTHER_STATES: Record<string, StateView> = {
  not_applicable: { label: '不适用', tone: 'muted' },
  unknown: { label: '尚无定论', tone: 'warn' },
  error: { label: '计算失败', tone: 'bad' },
}

/** One word for the state of an indicator; `notBuilt` names those whose records the system does not hold yet. */
export function stateView(indicator: IndicatorResult, notBuilt: readonly string[]): StateView {
  if (indicator.state === 'not_applicable' && notBuilt.includes(indicator.code)) return { label: '未接入', tone: 'muted' }
  const other = OTHER_STATES[indicator.state]
  if (other) return other
  if (indicator.lost < TINY) return { label: '满分', tone: 'good' }
  return (indicator.fraction ?? 0) >= 0.6 ? { label: '有失分', tone: 'warn' } : { label: '失分较多', tone: 'bad' }
}

/** How one item stands: earned, partly earned, missing, awaiting a judgement, or not due yet. */
export function itemView(item: EvidenceItem): StateView {
  if (item.pending > 0) return { label: '待评定', tone: 'warn' }
  if (item.future > 0) return { label: '未到期', tone: 'muted' }
  if (item.numerator >= item.denominator) return { label: '已完成', tone: 'good' }
  return item.numerator > 0 ? { label: '部分完成', tone: 'warn' } : { label: '未完成', tone: 'bad' }
}
