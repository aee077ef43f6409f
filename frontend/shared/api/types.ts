/** Shapes that cross the network, written against the published contract. */
export interface Page<T> {
  items: T[]
  next_cursor: string | null
  total?: number
}
export interface About {
  name: string
  version: string
  today: string
  default_run: number | null
  local: boolean
}

export interface OrganisationRef {
  code: string
  name: string
}
export interface OrganisationItem extends OrganisationRef {
  short_name: string | null
  form: string
  form_label: string
  category: string
  category_label: string
  parent: string | null
  evaluated: boolean
  has_children: boolean
  established_on: string | null
  dissolved_on: string | null
  members_count?: number
}
export interface Placement {
  parent: string | null
  parent_name: string | null
  evaluated: boolean
  has_committee: boolean
  committee_seats: number | null
  valid_from: string
  valid_to: string | null
}
export interface Lineage {
  predecessor: OrganisationRef
  successor: OrganisationRef
  principal: boolean
  kind: string
  happened_on: string
}
export interface Organisation extends OrganisationItem {
  placement: Placement | null
  path: OrganisationRef[]
  lineage: Lineage[]
  warnings: string[]
  version: number
  [field: string]: unknown
}

export interface Scheme {
  code: string
  version: number
  name: string
}
export interface Period {
  start: string
  end: string
}
export interface RunItem {
  id: number
  scheme: Scheme
  root: OrganisationRef
  period: Period
  as_of: string
  status: string
  status_label: string
  counts: Record<string, number>
  created_at: string
}
export interface Cohort {
  category: string
  label: string
  size: number
  ranked: number
  median_total: number | null
  median_sections: Record<string, number>
  grades: Record<string, number>
  total_min: number | null
  total_max: number | null
  coverage: number
}
export interface RunSection {
  code: string
  name: string
  short_name: string
  weights: Record<string, number>
}
export interface Run extends RunItem {
  progress: number
  cohorts: Cohort[]
  sections: RunSection[]
  not_built: string[]
  failed: string[]
  may: string[]
}
export interface ResultItem {
  organisation: OrganisationRef & { category: string }
  total: number | null
  rank: number | null
  rank_interval: number[] | null
  grade: string | null
  coverage: number
  sections: Record<string, number>
}

export type IndicatorState = 'scored' | 'not_applicable' | 'unknown' | 'error'
export interface IndicatorResult {
  code: string
  name: string
  clause: string
  clause_text: string
  metric: string
  state: IndicatorState
  numerator: number
  denominator: number
  pending: number
  future: number
  value: number | null
  fraction: number | null
  weight: number
  effective_weight: number
  points: number
  lost: number
  rule: string
  title: string
  why: string
  fix: string
}
export interface SectionResult {
  code: string
  name: string
  weight: number
  points: number
  coverage: number
  indicators: IndicatorResult[]
}
export interface AppliedAdjustment {
  id: number
  kind: string
  kind_label: string
  level: string
  points: number | null
  counted: boolean
  occurred_on: string
  document: string
  case_key: string
}
export interface NextStep {
  indicator: string
  gain: number
  text: string
  until: string
}
export interface PreviousResult {
  run: number
  period: Period
  comparable: boolean
  total: number | null
  rank: number | null
  grade: string | null
  sections: Record<string, number>
}
export interface Result {
  run: { id: number; scheme: Scheme & { hash: string }; period: Period; as_of: string; engine: string; facts_hash: string; status: string }
  organisation: OrganisationRef & { category: string }
  cohort: { category: string; size: number; median_sections: Record<string, number> }
  total: number | null
  base: number | null
  bonus: number
  deduction: number
  rank: number | null
  rank_interval: number[] | null
  grade: string | null
  grade_reasons: string[]
  coverage: number
  sections: SectionResult[]
  adjustments: AppliedAdjustment[]
  next_steps: NextStep[]
  previous: PreviousResult | null
  may: string[]
}
export interface EvidenceItem {
  organisation: string
  organisation_name: string
  label: string
  record: { kind: string; id: number } | null
  numerator: number
  denominator: number
  pending: number
  future: number
}

/** Any plain record: its own fields, described by the JSON Schema of its noun. */
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
  $defs?: Record<string, FieldSchema & { title?: string }>
}
/** A record type: its title, what is sent to create one, what is answered. */
export interface RecordDescription {
  title: string
  in: RecordSchema
  out: RecordSchema
}
export type Enums = Record<string, { value: string; label: string }[]>
