/** A made-up township behind the API's addresses, for what a real server cannot show on demand: large cohorts, failures, empty systems. */
import type { Page, Route } from '@playwright/test'

const SECTIONS = [
  ['1', '落实各级党委抓基层党建工作责任制', '落实责任', 15], ['2', '扩大基层党组织覆盖面', '覆盖面', 15], ['3', '推进基层党组织工作创新', '工作创新', 25],
  ['4', '增强党员队伍生机活力', '队伍活力', 20], ['5', '建设高素质基层党组织带头人队伍', '带头人', 10], ['6', '构建城乡统筹的基层党建新格局', '城乡统筹', 15],
] as const
const INDICATORS: [string, string, number][] = [
  ['1.01', '上级精神传达及时率', 2], ['1.06', '按期规范换届', 6], ['1.07', '支委村(居)委交叉任职', 4], ['1.11', '班子配备齐整', 3],
  ['2.04', '联建共建党组织运转', 6], ['2.05', '组织设置规范', 9],
  ['3.01', '支部党员大会(每季度)', 5], ['3.02', '支部委员会(每月)', 4], ['3.03', '党小组会(每月)', 5], ['3.04', '党课(每季度)', 4], ['3.06', '组织生活到会率', 5], ['3.11', '小型分散活动占比', 2],
  ['4.01', '教育培训学时达标', 10], ['4.08', '困难党员关爱帮扶', 10], ['5.02', '能人治村', 5], ['5.03', '后备力量', 5], ['6.05', '共建活动', 9], ['6.09', '党员志愿服务', 6],
]
const NOT_BUILT = ['1.01', '4.01']
const CATEGORIES = [['village', '村'], ['community', '社区'], ['agency', '机关'], ['new', '两新组织']] as const
const NAMES = '石桥 柳河 云岭 青溪 梨园 白沙 南坡 双井 龙泉 枣林 清水 古渡 松岗 竹园 桃源 大湾 小寨 望月 长岭 沙河 东关 西园 北辰 五里 红枫 金谷 银杏 稻香 麦田 槐荫'.split(' ')

/** A small deterministic generator: the same world in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return state / 4294967296
  }
}

interface Unit { code: string; name: string; category: string; total: number | null; rank: number | null; grade: string | null; coverage: number; sections: Record<string, number> }

function makeUnits(villages: number): Unit[] {
  const next = random(20260101)
  const sizes: Record<string, number> = { village: villages, community: 4, agency: 5, new: 7 }
  const suffix: Record<string, string> = { village: '村党总支', community: '社区党总支', agency: '办公室党支部', new: '产业园联合党支部' }
  return CATEGORIES.flatMap(([category]) => {
    const units: Unit[] = Array.from({ length: sizes[category]! }, (_, index) => {
      const level = 0.5 + 0.48 * next()
      const sections = Object.fromEntries(SECTIONS.map(([code, , , weight]) => [code, weight * Math.min(1, level * (0.8 + 0.35 * next()))]))
      const poor = index % 17 === 9
      return {
        code: `C${category[0]}${String(index + 1).padStart(3, '0')}`, category, grade: null, rank: null, coverage: poor ? 0.82 : 0.93 + 0.07 * next(),
        name: `${NAMES[index % NAMES.length]}${index >= NAMES.length ? `第${Math.floor(index / NAMES.length) + 1}` : ''}${suffix[category]}`,
        total: Math.round(Object.values(sections).reduce((sum, value) => sum + value, 0) * 100) / 100, sections,
      }
    })
    units.sort((a, b) => Number(a.coverage < 0.9) - Number(b.coverage < 0.9) || b.total! - a.total!)
    units.forEach((unit, index) => {
      if (unit.coverage < 0.9) return
      unit.rank = index + 1
      unit.grade = unit.total! >= 90 || index < units.length * 0.15 ? '优秀' : unit.total! >= 75 ? '良好' : unit.total! >= 60 ? '合格' : '不合格'
    })
    return units
  })
}

const median = (values: number[]) => { const sorted = [...values].sort((a, b) => a - b); return sorted.length ? (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2 : null }
const mediansOf = (units: Unit[]) => Object.fromEntries(SECTIONS.map(([code]) => [code, median(units.map((unit) => unit.sections[code]!))]))
const SCHEME = { code: 'standard', version: 1, name: '标准方案', hash: '9f2c1e77ab3045d18c66' }
const ROOT = { code: 'TOWN', name: '清溪镇党委', category: 'township' }

function runItem(id: number) {
  const year = id === 7 ? 2026 : 2025
  return {
    id, scheme: SCHEME, root: ROOT, period: { start: `${year}-01-01`, end: `${year}-12-31` }, as_of: year === 2026 ? '2026-11-22' : '2025-12-31', engine: '1.0', facts_hash: 'aa', status: 'computed',
    status_label: year === 2026 ? '已计算' : '已公布', counts: { organisations: 60, results: 50 }, created_at: '2026-11-22T08:00:00Z', version: 1,
  }
}

function runDetail(id: number, units: Unit[]) {
  const cohorts = CATEGORIES.map(([category, label]) => {
    const inside = units.filter((unit) => unit.category === category)
    const totals = inside.map((unit) => unit.total!)
    const grades: Record<string, number> = {}
    for (const unit of inside) if (unit.grade) grades[unit.grade] = (grades[unit.grade] ?? 0) + 1
    return {
      category, label, size: inside.length, ranked: inside.filter((unit) => unit.rank).length, total_min: Math.min(...totals), total_max: Math.max(...totals), median_total: median(totals),
      median_sections: mediansOf(inside), grades, coverage: inside.reduce((sum, unit) => sum + unit.coverage, 0) / inside.length,
    }
  })
  const sections = SECTIONS.map(([code, name, short_name, weight]) => ({ code, name, short_name, weights: Object.fromEntries(CATEGORIES.map(([category]) => [category, weight])) }))
  return { ...runItem(id), cohorts, sections, not_built: NOT_BUILT, failed: [], job: null, progress: 1, may: [], moves: [] }
}

function resultDocument(id: number, unit: Unit, units: Unit[]) {
  const cohort = units.filter((other) => other.category === unit.category)
  const sections = SECTIONS.map(([code, name, , weight]) => {
    const own = INDICATORS.filter(([indicator]) => indicator.startsWith(`${code}.`))
    const sum = own.reduce((all, [, , each]) => all + each, 0)
    const indicators = own.map(([indicator, title, points], index) => {
      const missing = NOT_BUILT.includes(indicator)
      const unknown = indicator === '6.05'
      const fraction = missing || unknown ? null : Math.max(0, Math.min(1, (unit.sections[code]! / weight) * (index % 2 ? 0.85 : 1.15)))
      const effective = missing ? 0 : (points * weight) / sum
      return {
        code: indicator, name: title, clause: '3.1.2', clause_texts: [{ number: '3.1.2', title: '落实组织生活制度', text: '坚持和完善“三会一课”制度。支部党员大会每季度召开一次，支部委员会每月召开一次，党小组会每月召开一次，党课每季度一次。' }],
        metric: 'general_meetings', state: missing ? 'not_applicable' : unknown ? 'unknown' : 'scored', numerator: Math.round((fraction ?? 0) * 12), denominator: unknown || missing ? 0 : 12, pending: unknown ? 2 : 0, future: 1,
        value: fraction, fraction, weight: points, effective_weight: effective, points: effective * (fraction ?? 0), lost: effective * (1 - (fraction ?? 0)),
        rule: '完成率就是得分率，100% 得满分', title: missing ? '' : (fraction ?? 0) >= 0.999 ? '应开的会都已召开' : '有应开的会没有召开', why: '党员大会是支部的最高决策形式，不开会，党员的权利就落空。', fix: '本季度结束前召开一次支部党员大会，做好记录和签到。',
      }
    })
    return { code, name, weight, points: indicators.reduce((all, indicator) => all + indicator.points, 0), coverage: 1, indicators }
  })
  const steps = sections.flatMap((section) => section.indicators).filter((indicator) => indicator.lost > 0.4).sort((a, b) => b.lost - a.lost)
  const past = { run: 6, period: { start: '2025-01-01', end: '2025-12-31' }, comparable: true, total: unit.total! - 3.25, rank: 9, grade: '良好', sections: Object.fromEntries(Object.entries(unit.sections).map(([code, value], index) => [code, Math.max(0, value - 1.5 + index * 0.4)])) }
  const { total, rank, grade, coverage } = unit
  return {
    run: { id, scheme: SCHEME, period: runItem(id).period, as_of: runItem(id).as_of, engine: '1.0', facts_hash: '6b1d02f4c98e771a', status: 'computed' },
    organisation: { code: unit.code, name: unit.name, category: unit.category }, cohort: { category: unit.category, size: cohort.length, median_sections: mediansOf(cohort) },
    total, base: total! - 0.5, bonus: 0.5, deduction: 0, rank, rank_interval: rank ? [Math.max(1, rank - 1), rank + 2] : null, grade, grade_reasons: ['总分达到良好线 80 分。', '优秀名额为参评组织的 30%，本组织在名额之外。'], coverage, sections,
    adjustments: [{ id: 3, kind: 'bonus', kind_label: '加分', level: 'township', points: 0.5, counted: true, occurred_on: '2026-07-01', document: '清党发〔2026〕12号', case_key: '先进基层党组织' }],
    next_steps: id === 7 ? steps.map((step) => ({ indicator: step.code, gain: step.lost * 0.6, text: `${step.name}：${step.fix}`, until: '2026-12-31' })) : [], previous: id === 7 ? past : null, may: [],
  }
}

const KINDS = [['general_meeting', '支部党员大会'], ['committee_meeting', '支部委员会'], ['party_lecture', '党课'], ['theme_day', '主题党日']] as const
const activity = (id: number) => ({
  id, version: 1, organisation: 'Cv001', organisation_name: '石桥村党总支', kind: KINDS[id % 4]![0], form: 'central', title: `${KINDS[id % 4]![1]}：学习与部署`, topics: ['传达上级精神', '研究下季度工作'], occurred_on: `2026-0${1 + (id % 9)}-1${id % 9}`,
  place: '村党群服务中心', status: 'held', expected_count: 46, present_count: 41, late_entry: false, warnings: [], recorded_at: '2026-03-12T02:10:00Z', updated_at: '2026-03-12T02:10:00Z', recorded_by: 'local', withdrawn_at: null, withdrawn_reason: null,
})
const text = (title: string) => ({ title, type: 'string' })
const SCHEMAS: Record<string, unknown> = {
  activities: { title: '组织生活', $defs: { ActivityKind: { enum: KINDS.map(([value]) => value) } }, properties: { id: { type: 'integer' }, title: text('主题'), organisation: text('开展组织'), organisation_name: text('开展组织名称'), kind: { title: '活动类型', $ref: '#/$defs/ActivityKind' }, form: text('活动形式'), topics: { title: '议题', type: 'array' }, occurred_on: { title: '日期', type: 'string', format: 'date' }, place: text('地点'), status: text('状态'), expected_count: { title: '应到人数', type: 'integer' }, present_count: { title: '实到人数', type: 'integer' }, version: { title: '版本', type: 'integer' }, recorded_at: { title: '录入时间', type: 'string', format: 'date-time' }, recorded_by: text('录入人') } },
  attendances: { title: '出勤登记', properties: { id: { type: 'integer' }, member: { title: '党员', type: 'integer' }, member_name: text('党员名称'), activity: { title: '活动', type: 'integer' }, status: text('出勤'), method: text('方式'), at: { title: '时间', type: 'string', format: 'date-time' }, entered_by: text('登记人') } },
}

function organisation(unit: Unit | typeof ROOT) {
  const root = unit.code === ROOT.code
  return {
    code: unit.code, name: unit.name, short_name: null, form: root ? 'committee' : 'general_branch', form_label: root ? '党委' : '党总支', category: unit.category, category_label: root ? '乡镇(街道)' : '村', parent: root ? null : ROOT.code, evaluated: true, has_children: root,
    established_on: '2011-07-01', dissolved_on: null,
  }
}
const page = (items: unknown[]) => ({ items, next_cursor: null })

/** Answers like the API; `cursor` is an offset here, which only this file knows. */
function answer(address: URL, units: Unit[]): unknown {
  const path = address.pathname.replace('/api/v1', '')
  const query = address.searchParams
  const match = (pattern: RegExp) => pattern.exec(path)
  if (path === '/meta/about') return { name: '党建评', version: '0.1.0', today: '2026-11-22', default_run: 7, local: true }
  if (path === '/meta/enums') return { ActivityKind: KINDS.map(([value, label]) => ({ value, label })) }
  if (path === '/runs') return page([runItem(7), runItem(6)])
  const parts = match(/^\/runs\/(\d+)(?:\/results(?:\/(\w+)(?:\/indicators\/[\d.]+\/items)?)?)?$/)
  if (parts && path.endsWith('/results')) {
    const found = units.filter((unit) => unit.category === query.get('category') && unit.name.includes(query.get('q') ?? '') && (!query.get('grade') || unit.grade === query.get('grade')))
    const from = Number(query.get('cursor') ?? 0)
    const to = from + Number(query.get('limit') ?? 50)
    return { items: found.slice(from, to).map(({ code, name, category, ...rest }) => ({ organisation: { code, name, category }, rank_interval: rest.rank ? [rest.rank, rest.rank + 2] : null, ...rest })), next_cursor: to < found.length ? String(to) : null }
  }
  if (parts && path.endsWith('/items')) return page(Array.from({ length: 6 }, (_, index) => ({ organisation: 'Cv001', organisation_name: '石桥村党总支', label: `2026-0${index + 1}`, record: index % 3 ? { kind: 'activity', id: 800 + index } : null, numerator: index % 3 ? 1 : 0, denominator: 1, pending: 0, future: 0 })).filter((item) => !query.get('unmet') || item.numerator === 0))
  if (parts?.[2]) { const unit = units.find((each) => each.code === parts[2]); return unit && resultDocument(Number(parts[1]), unit, units) }
  if (parts) return runDetail(Number(parts[1]), units)
  if (path === '/organisations') return page(query.get('q') ? units.filter((unit) => unit.name.includes(query.get('q')!)).slice(0, 30).map(organisation) : query.get('root') ? [organisation(ROOT)] : units.map(organisation))
  const code = match(/^\/organisations\/(\w+)$/)?.[1]
  if (code) {
    const unit = code === ROOT.code ? ROOT : units.find((each) => each.code === code)
    return unit && { ...organisation(unit), placement: { parent: unit === ROOT ? null : ROOT.code, parent_name: ROOT.name, evaluated: true, has_committee: true, committee_seats: 5, valid_from: '2011-07-01', valid_to: null }, path: unit === ROOT ? [ROOT] : [ROOT, unit], lineage: unit === ROOT ? [] : [{ predecessor: { code: 'Cv900', name: '老石桥村党支部' }, successor: unit, principal: true, kind: 'merge', kind_label: '合并', happened_on: '2025-04-01' }], counts: { full: 49, probationary: 3, full_subtree: 49, probationary_subtree: 3, children: unit === ROOT ? units.length : 0 }, warnings: unit === ROOT ? [] : ['任期将于 2027-03-14 届满，请准备换届。'], version: 1 }
  }
  const noun = match(/^\/meta\/records\/([\w-]+)$/)?.[1]
  if (noun) return { title: (SCHEMAS[noun] as { title?: string } | undefined)?.title ?? noun, out: SCHEMAS[noun] ?? { properties: { id: { type: 'integer' } } } }
  const record = match(/^\/activities\/(\d+)$/)?.[1]
  if (record) return activity(Number(record))
  if (path === '/activities') return page(Array.from({ length: 12 }, (_, index) => activity(index)))
  if (path === '/attendances') return page(['王建国', '李秀兰', '张卫东'].map((name, index) => ({ id: index, member: index, member_name: name, activity: 1, status: '到会', method: '扫码', at: '2026-03-12T01:00:00Z' })))
  return path.split('/').length === 2 ? page([]) : undefined
}

export interface WorldOptions { villages?: number; fail?: (path: string) => boolean; empty?: boolean }

export async function mockWorld(page: Page, { villages = 32, fail, empty = false }: WorldOptions = {}): Promise<void> {
  const units = makeUnits(villages)
  await page.route('**/api/v1/**', async (route: Route) => {
    const address = new URL(route.request().url())
    if (fail?.(address.pathname)) return route.fulfill({ status: 503, contentType: 'application/problem+json', json: { title: '暂时不可用', detail: '服务暂时不可用，请稍后重试。', code: 'unavailable', request_id: 'req-5f3a' } })
    if (empty && /\/(runs|organisations)$/.test(address.pathname)) return route.fulfill({ json: { items: [], next_cursor: null } })
    if (empty && address.pathname.endsWith('/about')) return route.fulfill({ json: { name: '党建评', version: '0.1.0', today: '2026-11-22', default_run: null, local: true } })
    const body = answer(address, units)
    return body === undefined ? route.fulfill({ status: 404, json: { detail: '没有这条记录。', code: 'not_found' } }) : route.fulfill({ json: body })
  })
}
