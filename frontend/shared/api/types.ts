/** What the pages call the generated types, and the two shapes that the contract leaves open: records of any noun, and their JSON Schema. */
export type {
  AdjustmentOut as Adjustment, BurdenOut as Burden, ClauseRow as Clause, Cohort, DataCheck, IndicatorOut as IndicatorResult, ItemOut as EvidenceItem, OrganisationCard as Organisation, NounBurdenOut as NounBurden, OrganisationNode as OrganisationItem,
  ResultDocument as Result, ResultRow as ResultItem, RunDetail as Run, RunOut as RunItem, SectionOut as SectionResult, SectionRef as RunSection,
} from './generated'
import type { Choice } from './generated'

export type Query = Record<string, string | number | boolean | null | undefined>
export interface Page<T> {
  items: T[]
  next_cursor: string | null
}
export type PlainRecord = Record<string, unknown> & { id: number }
export interface FieldSchema {
  title?: string
  type?: string | string[]
  format?: string
  $ref?: string
  anyOf?: FieldSchema[]
  allOf?: FieldSchema[]
  items?: FieldSchema
  enum?: string[]
}
export interface RecordSchema extends FieldSchema {
  properties: Record<string, FieldSchema>
  $defs?: Record<string, FieldSchema>
}
/** A record type: its title, what is sent to create one, what is answered. */
export interface RecordDescription {
  title: string
  in: RecordSchema
  out: RecordSchema
}
export type Enums = Record<string, Choice[]>
/** What a page shows of a scheme's indicator; the whole document is in the scheme's file. */
export interface SchemeIndicator {
  code: string
  name: string
  clauses: string[]
  why: string
  fix: string
}
export interface SchemeDocument {
  content: { name: string; indicators: SchemeIndicator[] }
  rules: { code: string; sentence: string }[]
}
