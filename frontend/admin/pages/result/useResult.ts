/** One organisation's result and the items behind one indicator. */
import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { getResult, listEvidence } from '@/shared/api/calls'

const ITEMS = 20

export function useResult(run: MaybeRefOrGetter<number | null>, organisation: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['result', computed(() => toValue(run)), computed(() => toValue(organisation))],
    queryFn: ({ signal }) => getResult(toValue(run)!, toValue(organisation), signal),
    enabled: computed(() => toValue(run) !== null),
  })
}

export function useEvidence(run: number, organisation: string, indicator: string, unmet: MaybeRefOrGetter<boolean>) {
  return useInfiniteQuery({
    queryKey: ['evidence', run, organisation, indicator, computed(() => toValue(unmet))],
    queryFn: ({ pageParam, signal }) => listEvidence(run, organisation, indicator, { limit: ITEMS, cursor: pageParam, unmet: toValue(unmet) || undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
}
