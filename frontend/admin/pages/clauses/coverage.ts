/** What the product can say about the clauses: words for each status, and how many clauses share it. */
import type { Clause } from '@/shared/api/types'

export type Status = Clause['status']
export const STATUSES: readonly { value: Status; label: string; tone: string }[] = [
  { value: 'covered', label: '已覆盖', tone: 'var(--grade-1)' },
  { value: 'partial', label: '部分覆盖', tone: 'var(--grade-2)' },
  { value: 'manual', label: '人工评定', tone: 'var(--grade-3)' },
  { value: 'not_observable', label: '无法观察', tone: 'var(--line-strong)' },
]
export const labelOf = (status: Status): string => STATUSES.find((each) => each.value === status)!.label

/** Headings ask for nothing themselves, so only the other clauses are counted. */
export function shares(clauses: readonly Clause[]) {
  const counted = clauses.filter((clause) => !clause.heading)
  return STATUSES.map((each) => ({ ...each, clauses: counted.filter((clause) => clause.status === each.value).length, of: counted.length }))
}

/** The clauses of one status with the headings they stand under; no status: all of them. */
export function narrowed(clauses: readonly Clause[], status: string): Clause[] {
  if (!status) return [...clauses]
  const kept = clauses.filter((clause) => !clause.heading && clause.status === status)
  return clauses.filter((clause) => kept.includes(clause) || (clause.heading && kept.some((each) => each.number.startsWith(`${clause.number}.`))))
}
