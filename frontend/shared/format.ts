/** How numbers, dates and shares are written; one place, Chinese conventions. `null` is an en dash everywhere. */
const NONE = '–'
const grouped = new Intl.NumberFormat('zh-CN')

/** Points carry two decimals. */
export function points(value: number | null | undefined): string {
  return value == null ? NONE : (Object.is(value, -0) ? 0 : value).toFixed(2)
}

/** A gain or a difference carries its sign; zero is written without one. */
export function signed(value: number | null | undefined): string {
  if (value == null) return NONE
  const text = Math.abs(value).toFixed(2)
  if (text === '0.00') return text
  return `${value > 0 ? '+' : '−'}${text}`
}

/** Shares carry one decimal: 0.9731 → 97.3%. */
export function percent(value: number | null | undefined): string {
  return value == null ? NONE : `${(value * 100).toFixed(1)}%`
}

export function count(value: number | null | undefined): string {
  return value == null ? NONE : grouped.format(value)
}

/** An amount of a metric: whole where it is whole, else up to three decimals. */
export function amount(value: number | null | undefined): string {
  return value == null ? NONE : grouped.format(Math.round(value * 1000) / 1000)
}

/** Dates in running text: 2026年3月5日. Takes an ISO date. */
export function dateText(iso: string | null | undefined): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? '')
  return match ? `${match[1]}年${Number(match[2])}月${Number(match[3])}日` : NONE
}

const moment = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })

/** Moments in tables, in Asia/Shanghai: 2026-03-05 14:30. */
export function momentTable(iso: string | null | undefined): string {
  const value = new Date(iso ?? Number.NaN)
  return Number.isNaN(value.getTime()) ? NONE : moment.format(value)
}

/** From–to of an effective-dated record; an open end is 今. */
export function span(from: string | null | undefined, to: string | null | undefined): string {
  return `${from ?? '…'} 至 ${to ?? '今'}`
}

/** A calendar year is named by its number, anything else by its two ends. */
export function periodLabel(period: { start: string; end: string }): string {
  const year = period.start.slice(0, 4)
  const whole = period.start === `${year}-01-01` && period.end === `${year}-12-31`
  return whole ? `${year}年度` : `${period.start.slice(0, 7)} 至 ${period.end.slice(0, 7)}`
}

/** Rank interval of the stability test: a single place is not an interval. */
export function rankInterval(interval: readonly number[] | null | undefined): string {
  if (!interval || interval.length !== 2) return NONE
  const [low, high] = interval
  return low === high ? String(low) : `${low}–${high}`
}
