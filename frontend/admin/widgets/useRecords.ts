/** Plain records of any noun: their schema, a growing list, one. */
import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { getEnums, getRecord, getRecordSchema, listRecords } from '@/shared/api/calls'
import type { Query } from '@/shared/api/types'

const ROWS = 50

export const useEnums = () => useQuery({ queryKey: ['enums'], queryFn: ({ signal }) => getEnums(signal), staleTime: Infinity })

export function useRecordSchema(noun: MaybeRefOrGetter<string>) {
  return useQuery({ queryKey: ['schema', computed(() => toValue(noun))], queryFn: ({ signal }) => getRecordSchema(toValue(noun), signal), staleTime: Infinity })
}

export function useRecordList(noun: MaybeRefOrGetter<string>, query: MaybeRefOrGetter<Query>) {
  return useInfiniteQuery({
    queryKey: ['records', computed(() => toValue(noun)), computed(() => toValue(query))],
    queryFn: ({ pageParam, signal }) => listRecords(toValue(noun), { ...toValue(query), limit: ROWS, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
}

export function useRecord(noun: MaybeRefOrGetter<string>, id: MaybeRefOrGetter<string>) {
  return useQuery({ queryKey: ['record', computed(() => toValue(noun)), computed(() => toValue(id))], queryFn: ({ signal }) => getRecord(toValue(noun), toValue(id), signal) })
}
