/** Organisations as of a day (today when none is given): one, the children of one, a search. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { getOrganisation, listOrganisations } from '@/shared/api/calls'

const CHILDREN_PER_PAGE = 100
const HITS = 30
type Day = MaybeRefOrGetter<string | undefined>

export function useOrganisation(code: MaybeRefOrGetter<string | null>, asOf: Day) {
  return useQuery({
    queryKey: ['organisation', computed(() => toValue(code)), computed(() => toValue(asOf))],
    queryFn: ({ signal }) => getOrganisation(toValue(code)!, { as_of: toValue(asOf) }, signal),
    enabled: computed(() => toValue(code) !== null),
  })
}

/** Children of one organisation, the roots of the tree for `null`; fetched when a branch is opened. */
export function useChildren(parent: string | null, asOf: Day) {
  return useInfiniteQuery({
    queryKey: ['children', parent, computed(() => toValue(asOf))],
    queryFn: ({ pageParam, signal }) =>
      listOrganisations({ ...(parent === null ? { root: true } : { parent }), as_of: toValue(asOf), limit: CHILDREN_PER_PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })
}

export function useOrganisationSearch(words: MaybeRefOrGetter<string>, asOf: Day) {
  return useQuery({
    queryKey: ['organisation-search', computed(() => toValue(words)), computed(() => toValue(asOf))],
    queryFn: ({ signal }) => listOrganisations({ q: toValue(words), as_of: toValue(asOf), limit: HITS }, signal),
    enabled: computed(() => toValue(words) !== ''),
    placeholderData: keepPreviousData,
  })
}
