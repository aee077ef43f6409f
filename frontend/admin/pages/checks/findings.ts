/** The checks that found something, errors first, and how many of each severity there are. */
import type { DataCheck } from '@/shared/api/types'

export function shown(checks: readonly DataCheck[], all: boolean): DataCheck[] {
  const rank = (check: DataCheck) => (check.count === 0 ? 2 : check.severity === 'error' ? 0 : 1)
  return checks.filter((check) => all || check.count > 0).sort((one, other) => rank(one) - rank(other))
}

export function totals(checks: readonly DataCheck[]) {
  const found = checks.filter((check) => check.count > 0)
  const errors = found.filter((check) => check.severity === 'error').length
  return { checks: checks.length, errors, warnings: found.length - errors }
}
