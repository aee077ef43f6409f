/** Record types by the stem of their address, and how other names lead there. */
const IRREGULAR: Record<string, string> = { activity: 'activities', organisation_exemption: 'exemptions' }

/** A record's kind as evidence names it → its noun: `party_group` → `party-groups`. */
export const nounOf = (kind: string): string => IRREGULAR[kind] ?? `${kind.replaceAll('_', '-')}s`

/** Fields that name another record by id → that record's noun. */
export const REFERENCES: Record<string, string> = { member: 'members', leader: 'members', group: 'party-groups', activity: 'activities' }
/** Fields that name an organisation by code. */
export const ORGANISATION_FIELDS = new Set(['organisation', 'parent'])

/** What hangs on a record: lists of another noun, filtered by it. */
export const CHILDREN: Record<string, { noun: string; by: string; title: string }[]> = {
  activities: [{ noun: 'attendances', by: 'activity', title: '出勤登记' }],
  members: [
    { noun: 'memberships', by: 'member', title: '组织关系' },
    { noun: 'positions', by: 'member', title: '班子任职' },
    { noun: 'member-appraisals', by: 'member', title: '民主评议' },
    { noun: 'attendances', by: 'member', title: '参加组织生活' },
  ],
  'party-groups': [{ noun: 'memberships', by: 'group', title: '组员' }],
}

/** The columns worth showing in a list of a noun; the first one leads to the record. */
export const COLUMNS: Record<string, string[]> = {
  members: ['name', 'gender', 'status', 'member_class', 'education', 'admitted_on', 'full_on', 'organisation'],
  positions: ['member', 'post', 'village_post', 'selection_method', 'valid_from', 'valid_to', 'organisation'],
  activities: ['title', 'occurred_on', 'kind', 'form', 'status', 'expected_count', 'present_count', 'organisation'],
  'party-groups': ['name', 'leader', 'valid_from', 'valid_to', 'organisation'],
  elections: ['held_on', 'method', 'eligible', 'present', 'elected', 'term_until', 'organisation'],
  memberships: ['member', 'organisation', 'group', 'valid_from', 'valid_to'],
  attendances: ['member', 'activity', 'status', 'method', 'at', 'entered_by'],
  'member-appraisals': ['year', 'grade', 'appraised_on', 'organisation'],
}
