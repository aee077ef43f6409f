/** What the overview computes from a run: cohorts, bars, heat, the ranking as a file. */
import type { Cohort, ResultItem, RunSection } from '@/shared/api/types'
import { points, rankInterval } from '@/shared/format'
import type { GradeBar, SectionBar } from '../../charts/options'
import { GRADES, gradeTone } from '../../widgets/grades'

/** The cohort the address asks for, else the largest. */
export function pickCohort(cohorts: Cohort[], category: string): Cohort | undefined {
  return cohorts.find((cohort) => cohort.category === category) ?? [...cohorts].sort((a, b) => b.size - a.size)[0]
}

/** Known grades best first, other schemes' grades after them; what has no grade comes last. */
export function gradeBars(cohort: Cohort): GradeBar[] {
  const names = [...GRADES.filter((grade) => grade in cohort.grades), ...Object.keys(cohort.grades).filter((grade) => !GRADES.includes(grade as never))]
  const bars: GradeBar[] = names.map((grade) => ({ grade, tone: gradeTone(grade), organisations: cohort.grades[grade] ?? 0 }))
  const graded = bars.reduce((sum, bar) => sum + bar.organisations, 0)
  return graded < cohort.size ? [...bars, { grade: '未评等次', tone: 'none', organisations: cohort.size - graded }] : bars
}

export function sectionBars(sections: RunSection[], cohort: Cohort): SectionBar[] {
  return sections.map((section) => ({ name: section.short_name, weight: section.weights[cohort.category] ?? 0, median: cohort.median_sections[section.code] ?? null }))
}

export const HEAT_STEPS = [
  { heat: 1, label: '低 3 分以上' },
  { heat: 2, label: '低 1–3 分' },
  { heat: 3, label: '相差 1 分以内' },
  { heat: 4, label: '高 1–3 分' },
  { heat: 5, label: '高 3 分以上' },
] as const

/** 1 (far below) … 5 (far above) the cohort's median, in points of the total; 0 where there is nothing to compare. */
export function heat(value: number | undefined, median: number | null | undefined): number {
  if (value === undefined || median == null) return 0
  const difference = value - median
  if (difference <= -3) return 1
  if (difference < -1) return 2
  if (difference <= 1) return 3
  return difference < 3 ? 4 : 5
}

/** One cell of a CSV file: quoted where needed, and never a formula for a spreadsheet. */
export function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The ranking as CSV with a byte-order mark, which office programs need to read Chinese. */
export function rankingCsv(items: ResultItem[], sections: RunSection[]): string {
  const head = ['名次', '组织代码', '组织名称', '总分', '等次', ...sections.map((section) => section.name), '覆盖率', '名次区间']
  const rows = items.map((item) => [
    item.rank, item.organisation.code, item.organisation.name, item.total === null ? null : points(item.total), item.grade,
    ...sections.map((section) => points(item.sections[section.code] ?? 0)), item.coverage.toFixed(4), item.rank_interval ? rankInterval(item.rank_interval) : null,
  ])
  return `\ufeff${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
