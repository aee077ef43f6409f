/** Records described by JSON Schema → titles and text; nothing here knows a particular noun. */
import type { Enums, FieldSchema, PlainRecord, RecordSchema } from './api/types'
import { count, momentTable } from './format'
import { ORGANISATION_FIELDS, REFERENCES } from './nouns'

export interface Field {
  name: string
  title: string
  /** Enumeration whose labels stand for the values. */
  choices: string | null
  format: string | null
  numeric: boolean
}

/** All alternatives a field may take, `null` left out: `anyOf` of optional fields, `allOf` and `$ref` of enumerations. */
function alternatives(schema: FieldSchema): FieldSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.allOf ?? [])]
  return [schema, ...inner.flatMap(alternatives)].filter((option) => option.type !== 'null')
}

export function fieldOf(record: RecordSchema, name: string): Field {
  const schema = record.properties[name] ?? {}
  const options = alternatives(schema)
  const reference = options.find((option) => option.$ref)?.$ref?.split('/').at(-1) ?? null
  const numeric = options.some((option) => option.type === 'integer' || option.type === 'number')
  return {
    name,
    title: schema.title ?? name,
    choices: reference && record.$defs?.[reference]?.enum ? reference : null,
    format: options.find((option) => option.format)?.format ?? null,
    numeric: numeric && !(name in REFERENCES),
  }
}

/** One value as people read it; '' where there is none. */
export function fieldText(value: unknown, field: Field, enums: Enums): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (Array.isArray(value)) return value.map((item) => fieldText(item, field, enums)).join('；')
  if (field.choices) return enums[field.choices]?.find((choice) => choice.value === value)?.label ?? String(value)
  if (field.format === 'date-time') return momentTable(String(value))
  if (typeof value === 'number') return field.name === 'year' || field.name === 'version' ? String(value) : count(value)
  if (typeof value === 'object') return Object.values(value).map((item) => fieldText(item, field, enums)).filter(Boolean).join(' ')
  return String(value)
}

/** A reference is read by the name beside it: `member: 7, member_name: '王'`. */
export function shownText(record: PlainRecord, field: Field, enums: Enums): string {
  const name = record[`${field.name}_name`]
  return typeof name === 'string' && name ? name : fieldText(record[field.name], field, enums)
}

export type Target = { organisation: string } | { noun: string; id: string | number } | null

/** Where a field leads, if it names another record. */
export function targetOf(record: PlainRecord, field: Field): Target {
  const value = record[field.name]
  if (typeof value === 'string' && ORGANISATION_FIELDS.has(field.name)) return { organisation: value }
  const noun = REFERENCES[field.name]
  return noun && (typeof value === 'number' || typeof value === 'string') ? { noun, id: value } : null
}

const HOUSEKEEPING = new Set(['id', 'version', 'recorded_at', 'updated_at', 'recorded_by', 'withdrawn_at', 'withdrawn_reason', 'source', 'external_id', 'warnings'])

/** The fields of a record page: what the record says first, how it came to be stored last. */
export function pageFields(schema: RecordSchema): { own: Field[]; housekeeping: Field[] } {
  const names = Object.keys(schema.properties).filter((name) => !(name.endsWith('_name') && name.replace(/_name$/, '') in schema.properties))
  return {
    own: names.filter((name) => !HOUSEKEEPING.has(name)).map((name) => fieldOf(schema, name)),
    housekeeping: names.filter((name) => HOUSEKEEPING.has(name) && name !== 'id' && name !== 'warnings').map((name) => fieldOf(schema, name)),
  }
}
