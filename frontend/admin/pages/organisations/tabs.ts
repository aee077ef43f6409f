/** The tabs of an organisation's card: its own data first, then the records kept for it. */
export interface Tab {
  value: string
  label: string
  noun: string | null
  empty: string
}

export const TABS: readonly Tab[] = [
  { value: 'profile', label: '概况', noun: null, empty: '' },
  { value: 'members', label: '党员', noun: 'members', empty: '用 dangjian import members 导入党员名册。' },
  { value: 'positions', label: '班子任职', noun: 'positions', empty: '登记书记和委员的任职后会出现在这里。' },
  { value: 'activities', label: '组织生活', noun: 'activities', empty: '登记或用 dangjian import activities 导入会议与活动后会出现在这里。' },
  { value: 'groups', label: '党小组', noun: 'party-groups', empty: '登记党小组后，每月的党小组会才会列入应开。' },
  { value: 'elections', label: '换届', noun: 'elections', empty: '登记最近一次换届选举，任期才有依据。' },
]
