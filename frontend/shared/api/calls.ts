/** One function per address of the API; pages call these and nothing else. */
import { get, type Query } from './client'
import type {
  About, Enums, EvidenceItem, Organisation, OrganisationItem, Page, PlainRecord, RecordDescription, Result, ResultItem, Run, RunItem,
} from './types'

const path = (...parts: (string | number)[]) => parts.map((part) => `/${encodeURIComponent(part)}`).join('')

export const getAbout = (signal?: AbortSignal) => get<About>('/meta/about', {}, signal)
export const getEnums = (signal?: AbortSignal) => get<Enums>('/meta/enums', {}, signal)
export const getRecordSchema = (noun: string, signal?: AbortSignal) => get<RecordDescription>(`/meta/records${path(noun)}`, {}, signal)

export const listOrganisations = (query: Query, signal?: AbortSignal) => get<Page<OrganisationItem>>('/organisations', query, signal)
export const getOrganisation = (code: string, query: Query, signal?: AbortSignal) => get<Organisation>(`/organisations${path(code)}`, query, signal)
export const listRecords = (noun: string, query: Query, signal?: AbortSignal) => get<Page<PlainRecord>>(path(noun), query, signal)
export const getRecord = (noun: string, id: number | string, signal?: AbortSignal) => get<PlainRecord>(path(noun, id), {}, signal)

export const listRuns = (query: Query, signal?: AbortSignal) => get<Page<RunItem>>('/runs', query, signal)
export const getRun = (id: number, signal?: AbortSignal) => get<Run>(path('runs', id), {}, signal)
export const listResults = (run: number, query: Query, signal?: AbortSignal) => get<Page<ResultItem>>(`${path('runs', run)}/results`, query, signal)
export const getResult = (run: number, organisation: string, signal?: AbortSignal) => get<Result>(`${path('runs', run)}/results${path(organisation)}`, {}, signal)
export const listEvidence = (run: number, organisation: string, indicator: string, query: Query, signal?: AbortSignal) =>
  get<Page<EvidenceItem>>(`${path('runs', run)}/results${path(organisation)}/indicators${path(indicator)}/items`, query, signal)
