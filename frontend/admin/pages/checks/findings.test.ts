import { describe, expect, it } from 'vitest'
import type { DataCheck } from '@/shared/api/types'
import { shown, totals } from './findings'

const check = (name: string, severity: DataCheck['severity'], count: number): DataCheck => ({ name, severity, count, severity_label: '', title: name, advice: '', examples: [] })
const CHECKS = [check('clean', 'error', 0), check('warned', 'warning', 3), check('wrong', 'error', 1)]

describe('findings', () => {
  it('puts errors first and what is clean last', () => {
    expect(shown(CHECKS, false).map((each) => each.name)).toEqual(['wrong', 'warned'])
    expect(shown(CHECKS, true).map((each) => each.name)).toEqual(['wrong', 'warned', 'clean'])
  })
  it('counts checks, not records', () => {
    expect(totals(CHECKS)).toEqual({ checks: 3, errors: 1, warnings: 1 })
  })
})
