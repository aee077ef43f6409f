import { describe, expect, it } from 'vitest'
import type { Enums, RecordSchema } from './api/types'
import { fieldOf, fieldText, pageFields, shownText, targetOf } from './fields'
import { nounOf } from './nouns'

const schema: RecordSchema = {
  properties: {
    id: { type: 'integer' },
    kind: { title: '活动类型', $ref: '#/$defs/ActivityKind' },
    form: { title: '活动形式', anyOf: [{ $ref: '#/$defs/ActivityForm' }, { type: 'null' }] },
    at: { title: '时间', anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
    expected_count: { title: '应到人数', type: 'integer' },
    member: { title: '党员', type: 'integer' },
    member_name: { title: '党员名称', anyOf: [{ type: 'string' }, { type: 'null' }] },
    topics: { title: '议题', type: 'array', items: { type: 'string' } },
    version: { title: '版本', type: 'integer' },
  },
  $defs: { ActivityKind: { enum: ['party_lecture'] }, ActivityForm: { enum: ['central'] } },
}
const enums: Enums = { ActivityKind: [{ value: 'party_lecture', label: '党课' }] }

describe('fieldText', () => {
  const text = (name: string, value: unknown) => fieldText(value, fieldOf(schema, name), enums)
  it('shows the label of an enumeration', () => expect(text('kind', 'party_lecture')).toBe('党课'))
  it('shows the bare value when the label is unknown', () => expect(text('form', 'central')).toBe('central'))
  it('shows moments in Shanghai time', () => expect(text('at', '2026-03-05T01:30:00Z')).toBe('2026-03-05 09:30'))
  it('joins lists, names booleans, leaves nothing empty', () => {
    expect(text('topics', ['学习', '表决'])).toBe('学习；表决')
    expect(text('topics', true)).toBe('是')
    expect(text('at', null)).toBe('')
  })
})

it('reads a reference by its name and knows where it leads', () => {
  const record = { id: 1, member: 7, member_name: '王小明', organisation: 'A' }
  const member = fieldOf(schema, 'member')
  expect(shownText(record, member, enums)).toBe('王小明')
  expect(member.numeric).toBe(false)
  expect(targetOf(record, member)).toEqual({ noun: 'members', id: 7 })
  expect(targetOf(record, fieldOf(schema, 'organisation'))).toEqual({ organisation: 'A' })
  expect(targetOf(record, fieldOf(schema, 'kind'))).toBeNull()
})

it('separates what a record says from how it is stored', () => {
  const fields = pageFields(schema)
  expect(fields.own.map((field) => field.name)).toEqual(['kind', 'form', 'at', 'expected_count', 'member', 'topics'])
  expect(fields.housekeeping.map((field) => field.name)).toEqual(['version'])
})

it('finds the address of a kind', () => {
  expect(['activity', 'party_group', 'member'].map(nounOf)).toEqual(['activities', 'party-groups', 'members'])
})
