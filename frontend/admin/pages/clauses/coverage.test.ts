import { describe, expect, it } from 'vitest'
import type { Clause } from '@/shared/api/types'
import { narrowed, shares } from './coverage'

const clause = (number: string, status: Clause['status'], heading = false): Clause => ({ number, status, heading, title: number, text: number, reason: '', indicators: [] })
const CLAUSES = [clause('1', 'partial', true), clause('1.1', 'covered'), clause('1.2', 'manual'), clause('2', 'covered', true), clause('2.1', 'covered')]

describe('shares', () => {
  it('counts what is not a heading', () => {
    expect(shares(CLAUSES).map((each) => [each.value, each.clauses, each.of])).toEqual([['covered', 2, 3], ['partial', 0, 3], ['manual', 1, 3], ['not_observable', 0, 3]])
  })
})

describe('narrowed', () => {
  it('keeps the headings above what is left', () => {
    expect(narrowed(CLAUSES, 'manual').map((each) => each.number)).toEqual(['1', '1.2'])
    expect(narrowed(CLAUSES, '')).toHaveLength(5)
  })
})
