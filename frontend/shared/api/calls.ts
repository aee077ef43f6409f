/** What the pages ask for; each call gives the answer itself and throws an `ApiError`. */
import { client } from './client'
import * as api from './generated'
import type { Page, PlainRecord, Query, RecordDescription, SchemeDocument } from './types'

type Signal = AbortSignal | undefined

/** The answer's body; a refusal has been thrown before. */
async function body<T>(call: Promise<{ data: T }>): Promise<T> {
  return (await call).data
}

/** A query without its empty values: an empty filter narrows nothing. */
function given<Q extends object>(query: Q): Q {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '' && value !== null && value !== undefined)) as Q
}

export const getAbout = (signal?: Signal) => body(api.about({ signal }))
export const getEnums = (signal?: Signal) => body(api.enums({ signal }))
export const getRecordSchema = (noun: string, signal?: Signal) => body(api.recordSchema({ path: { noun }, signal })) as Promise<unknown> as Promise<RecordDescription>

export const listOrganisations = (query: NonNullable<api.ListOrganisationsData['query']>, signal?: Signal) => body(api.listOrganisations({ query: given(query), signal }))
export const getOrganisation = (code: string, query: NonNullable<api.GetOrganisationsData['query']>, signal?: Signal) =>
  body(api.getOrganisations({ path: { code }, query: given(query), signal }))

/** Every noun has the same list and the same single record; the generated client has them once per noun. */
export const listRecords = (noun: string, query: Query, signal?: Signal) =>
  body(client.get<{ 200: Page<PlainRecord> }, unknown, true>({ url: '/api/v1/{noun}', path: { noun }, query: given(query), signal }))
export const getRecord = (noun: string, id: string, signal?: Signal) =>
  body(client.get<{ 200: PlainRecord }, unknown, true>({ url: '/api/v1/{noun}/{id}', path: { noun, id }, signal }))

export const listRuns = (query: NonNullable<api.ListRunsData['query']>, signal?: Signal) => body(api.listRuns({ query: given(query), signal }))
export const getRun = (run_id: number, signal?: Signal) => body(api.getRun({ path: { run_id }, signal }))
export const listResults = (run_id: number, query: NonNullable<api.ListResultsData['query']>, signal?: Signal) => body(api.listResults({ path: { run_id }, query: given(query), signal }))
export const getResult = (run_id: number, organisation: string, signal?: Signal) => body(api.getResult({ path: { run_id, organisation }, signal }))
export const listEvidence = (run_id: number, organisation: string, code: string, query: NonNullable<api.ListItemsData['query']>, signal?: Signal) =>
  body(api.listItems({ path: { run_id, organisation, code }, query: given(query), signal }))

export const listClauses = (scheme: string, signal?: Signal) => body(api.listClauses({ query: { scheme }, signal }))
export const getScheme = (code: string, signal?: Signal) => body(api.getScheme({ path: { code }, signal })) as Promise<unknown> as Promise<SchemeDocument>
export const listDataChecks = (organisation: string, signal?: Signal) => body(api.listDataChecks({ query: given({ organisation }), signal }))
export const getBurden = (query: NonNullable<api.GetBurdenData['query']>, signal?: Signal) => body(api.getBurden({ query: given(query), signal }))
